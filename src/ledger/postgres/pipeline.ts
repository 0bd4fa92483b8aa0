/** All answers of a pipeline, or the first error in it; an answer that comes after an error is not left unheard. */
export async function allOf<const Sent extends readonly Promise<unknown>[]>(
  sent: Sent,
): Promise<{ -readonly [Place in keyof Sent]: Awaited<Sent[Place]> }> {
  await Promise.allSettled(sent)
  return Promise.all(sent)
}
