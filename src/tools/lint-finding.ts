/** One thing that a reviewer of tools would point at. */
export interface Finding {
  readonly tool: string
  /** `error`: it cannot do what it says · `warning`: someone should look. */
  readonly level: 'error' | 'warning'
  /** Stable: `amount_without_maximum`. */
  readonly code: string
  readonly message: string
  readonly hint: string
}

export type Found = Omit<Finding, 'tool'>

export function error(code: string, message: string, hint: string): Found {
  return { level: 'error', code, message, hint }
}

export function warning(code: string, message: string, hint: string): Found {
  return { level: 'warning', code, message, hint }
}
