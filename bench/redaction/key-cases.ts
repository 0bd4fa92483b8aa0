/** Secrets that machines make, and what only begins like one. */
import type { Random } from '../tau-retail/random.ts'
import { alphanumeric, digits, type Generator, lower, pick, text, upper } from './case.ts'

const random64 = (random: Random, length: number) => text(random, `${alphanumeric}-_`, length)
const hex = (random: Random, length: number) => text(random, '0123456789abcdef', length)
/** Drawn until it has a digit and a letter, as every real one has. */
function mixed(random: Random, length: number): string {
  for (;;) {
    const drawn = text(random, alphanumeric, length)
    if (/\d/.test(drawn) && /[a-z]/i.test(drawn)) return drawn
  }
}
const words = (random: Random, count: number) =>
  Array.from({ length: count }, () => text(random, lower, 3 + random.below(6))).join('-')

export const apiKeyCases: Generator = {
  name: 'api_key',
  positive: (random) => ({
    value: pick(random, [
      `sk-${mixed(random, 48)}`,
      `sk-proj-${mixed(random, 40)}`,
      `sk-ant-api03-${mixed(random, 40)}`,
      `sk_live_${mixed(random, 24)}`,
      `rk_test_${mixed(random, 32)}`,
      `xoxb-${digits(random, 12)}-${digits(random, 12)}-${mixed(random, 24)}`,
      `AIza${random64(random, 35)}`,
      `glpat-${mixed(random, 20)}`,
      `npm_${text(random, alphanumeric, 36)}`,
      `hf_${text(random, alphanumeric, 34)}`,
      `SG.${mixed(random, 22)}.${mixed(random, 43)}`,
      `shpat_${hex(random, 32)}`,
    ]),
    behind: pick(random, ['', '"', ' ', '\n']),
  }),
  negative: (random) => ({
    value: pick(random, [
      `sk-${words(random, 5)}`,
      `sk-learn-${words(random, 3)}`,
      `sk_live_${text(random, lower, 6)}`,
      `xoxb-${words(random, 1)}`,
      `npm_config_${words(random, 1)}`,
      hex(random, 40),
      hex(random, 64),
      `run_01${text(random, `${upper}0123456789`, 18)}`,
      `pi_${text(random, alphanumeric, 24)}`,
      `AIza${text(random, alphanumeric, 8)}`,
      `SG.${text(random, lower, 5)}.com`,
      `task-${mixed(random, 20)}`,
    ]),
  }),
}

export const awsCases: Generator = {
  name: 'aws_key',
  positive: (random) =>
    random.below(3) > 0
      ? { value: `${pick(random, ['AKIA', 'ASIA'])}${text(random, `${upper}234567`, 16)}` }
      : {
          value: text(random, `${alphanumeric}/+`, 40),
          before: pick(random, ['aws_secret_access_key = ', 'AWS_SECRET_ACCESS_KEY=', '"secretAccessKey": "']),
          behind: pick(random, ['\n', '"', ' ']),
        },
  negative: (random) => ({
    value: pick(random, [
      `AKIA${text(random, upper, 8)}`,
      `AKIA${text(random, `${upper}234567`, 20)}`,
      `akia${text(random, lower, 16)}`,
      `AKIB${text(random, upper, 16)}`,
      `arn:aws:iam::${digits(random, 12)}:user/${words(random, 1)}`,
      text(random, `${alphanumeric}/+`, 40),
      `i-0${hex(random, 16)}`,
    ]),
  }),
}

export const githubCases: Generator = {
  name: 'github_token',
  positive: (random) => ({
    value: pick(random, [
      `${pick(random, ['ghp', 'gho', 'ghu', 'ghs', 'ghr'])}_${text(random, alphanumeric, 36)}`,
      `github_pat_${text(random, alphanumeric, 22)}_${text(random, alphanumeric, 59)}`,
    ]),
  }),
  negative: (random) => ({
    value: pick(random, [
      `ghp_${text(random, alphanumeric, 12)}`,
      `ghx_${text(random, alphanumeric, 36)}`,
      `github_pat_${words(random, 2)}`,
      hex(random, 40),
      `https://github.com/${words(random, 1)}/${words(random, 2)}`,
      `ghp-${text(random, lower, 36)}`,
    ]),
  }),
}

const encoded = (value: string) => Buffer.from(value).toString('base64url')

export const jwtCases: Generator = {
  name: 'jwt',
  positive(random) {
    const header = encoded(JSON.stringify({ alg: pick(random, ['HS256', 'RS256', 'EdDSA', 'none']), typ: 'JWT' }))
    const claims = encoded(JSON.stringify({ sub: words(random, 1), exp: 1_700_000_000 + random.below(1e8) }))
    return { value: `${header}.${claims}.${random64(random, 43)}` }
  },
  negative: (random) => ({
    value: pick(random, [
      `${encoded(JSON.stringify({ type: words(random, 1), v: 1 }))}.${random64(random, 30)}.${random64(random, 20)}`,
      `eyJ${random64(random, 30)}`,
      `eyJ${text(random, lower, 20)}.${words(random, 1)}.${words(random, 1)}`,
      `com.${words(random, 1)}.${words(random, 1)}.service`,
      `${random64(random, 20)}.${random64(random, 30)}.${random64(random, 43)}`,
      `${random.below(9)}.${random.below(40)}.${random.below(9)}`,
    ]),
  }),
}

const lines = (random: Random, count: number) =>
  Array.from({ length: count }, () => text(random, `${alphanumeric}+/`, 64)).join('\n')
const pem = (random: Random, label: string) => `-----BEGIN ${label}-----\n${lines(random, 6)}\n-----END ${label}-----`

export const privateKeyCases: Generator = {
  name: 'private_key',
  positive: (random) => ({
    value: pick(random, [
      pem(
        random,
        pick(random, [
          'PRIVATE KEY',
          'RSA PRIVATE KEY',
          'EC PRIVATE KEY',
          'OPENSSH PRIVATE KEY',
          'ENCRYPTED PRIVATE KEY',
        ]),
      ),
      pem(random, 'PRIVATE KEY').replaceAll('\n', '\\n'),
      pem(random, 'RSA PRIVATE KEY').slice(0, 300),
    ]),
    behind: ' ',
  }),
  negative: (random) => ({
    value: pick(random, [
      pem(random, 'PUBLIC KEY'),
      pem(random, 'CERTIFICATE'),
      'a file that begins with -----BEGIN PRIVATE KEY----- is a key',
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${text(random, alphanumeric, 48)} ${words(random, 1)}`,
      pem(random, 'PGP PUBLIC KEY BLOCK'),
    ]),
  }),
}

export const passwordCases: Generator = {
  name: 'password',
  positive: (random) => ({
    before: `${pick(random, ['postgres', 'mongodb+srv', 'redis', 'https', 'amqp', 'mysql'])}://${words(random, 1)}:`,
    value: text(random, `${alphanumeric}!$%_.`, 8 + random.below(20)),
    behind: `@${words(random, 1)}.internal/${words(random, 1)}`,
  }),
  negative: (random) => ({
    value: pick(random, [
      `https://${words(random, 1)}.internal:${1000 + random.below(9000)}/${words(random, 1)}`,
      `https://${words(random, 1)}.com/@${words(random, 1)}`,
      `postgres://${words(random, 1)}@db/${words(random, 1)}`,
      `see ${words(random, 1)}: ${words(random, 1)} @ noon`,
      `http://localhost:${1000 + random.below(9000)}`,
    ]),
  }),
}
