/** An engine that strace looks over the shoulder of, and its log. */
import { spawnSync } from 'node:child_process'
import { CharterError } from '../../src/errors.ts'
import { type EngineProgram, engineProgram } from '../depot/engines.ts'
import { tracedCalls } from './system-calls.ts'

/** Throws `config_invalid` where there is no strace, or it may not trace. */
export function requireStrace(): void {
  const tried = spawnSync('strace', ['-o', '/dev/null', '-e', 'trace=none', 'true'], { encoding: 'utf8' })
  if (tried.status === 0) return
  const why = tried.error === undefined ? tried.stderr.trim() : 'it is not installed'
  throw new CharterError('config_invalid', `the order of system calls cannot be seen without strace: ${why}`, {
    hint: "install Debian's `strace`, and let this user trace its own processes",
  })
}

/** `file` is the engine of this project, or of a copy that lacks a protection. */
export function traced(log: string, file = engineProgram.file): EngineProgram {
  const whole = ['-s', String(1 << 20), '-xx']
  const options = ['-f', '-y', ...whole, '--seccomp-bpf', '-e', `trace=${tracedCalls.join(',')}`, '-e', 'signal=none']
  return { command: ['strace', ...options, '-o', log, process.execPath], file }
}
