import type { Connection } from './postgres-connection.ts'

/**
 * Sends several statements in one packet, and gives all their answers, or the first error among them; an answer that
 * comes after an error is not left unheard.
 */
export async function sendTogether<const Sent extends readonly Promise<unknown>[]>(
  { connection: { stream } }: Connection,
  send: () => Sent,
): Promise<{ -readonly [Place in keyof Sent]: Awaited<Sent[Place]> }> {
  stream.cork()
  let sent: Sent
  try {
    sent = send()
  } finally {
    stream.uncork()
  }
  await Promise.allSettled(sent)
  return Promise.all(sent)
}
