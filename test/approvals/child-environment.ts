/** The environment of every process that a story starts: they all load the same modules, so they share what compiling gave. */
import os from 'node:os'
import path from 'node:path'

export const childEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'charter-compile-cache'),
}
