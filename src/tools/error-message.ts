/** What somebody else's error says, whatever it is: reading it never throws, and it has an end. */
export function errorMessage(error: unknown): string {
  try {
    const message = error instanceof Error ? error.message || error.name : String(error)
    return message.length > 500 ? `${message.slice(0, 500)}…` : message
  } catch {
    return 'something was thrown that says nothing'
  }
}
