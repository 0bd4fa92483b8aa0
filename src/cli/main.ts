/** The `charter` command, as a process. */
import { processTerminal } from './process-terminal.ts'
import { runCharter } from './run-charter.ts'

process.exitCode = await runCharter(process.argv.slice(2), processTerminal())
