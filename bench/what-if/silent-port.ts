/** Stands where the desk stood, and counts whoever comes: nobody is to. */
import { once } from 'node:events'
import { createServer } from 'node:net'

export interface SilentPort extends AsyncDisposable {
  readonly connections: number
}

export async function silentPort(url: string): Promise<SilentPort> {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  server.listen(Number(new URL(url).port), '127.0.0.1')
  await once(server, 'listening')
  return {
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
