/** The desk says no: nothing was written. Every refusal leaves as `{code, message}` under its status. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.code = code
  }
}

/** What leaves the socket: a status, a JSON body, a few headers. */
export interface Answer {
  status: number
  body: object
  headers?: Record<string, string>
}

/** Runs a deed; a refusal becomes its answer, anything else that is thrown goes on. */
export function answerOf(deed: () => Answer): Answer {
  try {
    return deed()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: { code: error.code, message: error.message } }
  }
}
