/**
 * The shop's records held in memory and never changed: `after` answers with a new snapshot that shares the rest.
 * An operation can be rehearsed on one, over the whole shop or over the few records that a caller gathered as facts.
 */
import type { Change, Directory, Order, Product, Records, User } from './records.ts'
import { find } from './records.ts'

export interface SnapshotData {
  readonly orders: Readonly<Record<string, Order>>
  readonly products: Readonly<Record<string, Product>>
  readonly users: Readonly<Record<string, User>>
}

export interface Snapshot extends Records, Directory {
  readonly data: SnapshotData
  after(changes: readonly Change[]): Snapshot
}

export function snapshotOf(data: SnapshotData): Snapshot {
  return over(data, new Map(), new Map())
}

type Layer<Shape> = ReadonlyMap<string, Shape>

function over(data: SnapshotData, orders: Layer<Order>, users: Layer<User>): Snapshot {
  const user = (id: string) => users.get(id) ?? find(data.users, id)
  const userIdWhere = (fits: (user: User) => boolean) =>
    Object.keys(data.users).find((id) => {
      const candidate = user(id)
      return candidate !== undefined && fits(candidate)
    })
  return {
    data,
    order: (id) => orders.get(id) ?? find(data.orders, id),
    product: (id) => find(data.products, id),
    user,
    userIdByEmail: (email) => userIdWhere((candidate) => same(candidate.email, email)),
    userIdByNameAndZip: (first, last, zip) =>
      userIdWhere(
        ({ name, address }) => same(name.first_name, first) && same(name.last_name, last) && address.zip === zip,
      ),
    productTypes: () => Object.values(data.products).map(({ name, product_id }) => ({ name, product_id })),
    after(changes) {
      const nextOrders = new Map(orders)
      const nextUsers = new Map(users)
      for (const change of changes) {
        if (change.collection === 'orders') nextOrders.set(change.id, change.record)
        else nextUsers.set(change.id, change.record)
      }
      return over(data, nextOrders, nextUsers)
    },
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
