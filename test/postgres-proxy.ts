/** Stands between a ledger and its PostgreSQL, and loses what it is told to lose: the real server, a real lost line. */
import { connect, createServer, type Server, type Socket } from 'node:net'

export type Loss = 'commit' | 'answer' | 'line'

export interface PostgresProxy {
  readonly url: string
  /**
   * Loses the next COMMIT on its way to the server, or only the answer to it, or the line as soon as COMMIT was passed
   * on; the connection goes with it.
   */
  lose(what: Loss): void
  /** Takes no new connections, or takes them again. */
  refuse(refusing: boolean): void
  /** Cuts every connection there is. */
  cut(): void
  close(): void
}

/** As it stands in the packet: `READ COMMITTED` is no COMMIT. */
const commit = 'COMMIT\0'

export async function proxyTo(url: string): Promise<PostgresProxy> {
  const target = new URL(url)
  const lines = new Set<Socket>()
  let losing: Loss | undefined
  let refusing = false

  const server = createServer((client) => {
    if (refusing) return void client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    const both = [client, upstream]
    const end = () => {
      for (const socket of both) {
        socket.destroy()
        lines.delete(socket)
      }
    }
    // The server's end stays open: closing it would make the server throw away what it has not read yet.
    const hangUp = () => {
      client.off('close', end).destroy()
      upstream.removeAllListeners('data').resume()
    }
    for (const socket of both) {
      lines.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (data) => {
      if (losing === undefined || !data.includes(commit)) return void upstream.write(data)
      const lost = losing
      losing = undefined
      if (lost === 'commit') return end()
      upstream.write(data)
      if (lost === 'line') return hangUp()
      // The answer is heard here, so the server has committed; its client never hears it.
      upstream.removeAllListeners('data').on('data', (answer) => {
        if (answer.includes(commit)) end()
      })
    })
    upstream.on('data', (data) => client.write(data))
  })
  const port = await listening(server)
  const own = new URL(url)
  own.port = String(port)
  const cut = () => {
    for (const socket of lines) socket.destroy()
  }
  return {
    url: own.href,
    lose(what) {
      losing = what
    },
    refuse(now) {
      refusing = now
    },
    cut,
    close() {
      cut()
      server.close()
    },
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
