/** The `charter` command, as a process. */
import { processTerminal } from './process-terminal.ts'
import { runCharter } from './run-charter.ts'

const terminal = processTerminal()
process.exitCode = await runCharter(process.argv.slice(2), terminal)
// What was left behind by a cancelled command must not keep the process.
if (terminal.interrupted.aborted) process.exit()
