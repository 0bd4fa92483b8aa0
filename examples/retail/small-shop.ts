/** A shop of two customers, for tests that need no more. Ada has a gift card of 10 dollars and an order in each status. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Address, Item, Order, User } from './records.ts'
import type { SnapshotData } from './snapshot.ts'

export const home: Address = {
  address1: '1 Main Street',
  address2: '',
  city: 'Springfield',
  country: 'USA',
  state: 'OR',
  zip: '12345',
}

const cheapCup: Item = { name: 'Cup', product_id: '900', item_id: '100', price: 5.5, options: { size: 'S' } }

function orderOf(order_id: string, user_id: string, status: string, payment_method_id: string): Order {
  const payment_history = [{ transaction_type: 'payment', amount: 11, payment_method_id }] as const
  return { order_id, user_id, address: home, items: [cheapCup, cheapCup], status, payment_history }
}

function userOf(first_name: string, orders: readonly string[], gift: string, card: string): User {
  const payment_methods = {
    [gift]: { source: 'gift_card', balance: 10, id: gift },
    [card]: { source: 'credit_card', id: card },
  }
  const email = `${first_name.toLowerCase()}@example.com`
  return { name: { first_name, last_name: 'Smith' }, address: home, email, payment_methods, orders }
}

export const smallShop: SnapshotData = {
  orders: {
    '#pending': orderOf('#pending', 'ada', 'pending', 'gift_card_1'),
    '#delivered': orderOf('#delivered', 'ada', 'delivered', 'credit_card_1'),
    '#processed': orderOf('#processed', 'ada', 'processed', 'credit_card_1'),
    '#bobs': orderOf('#bobs', 'bob', 'pending', 'credit_card_2'),
  },
  products: {
    '900': {
      name: 'Cup',
      product_id: '900',
      variants: {
        '102': { item_id: '102', options: { size: 'L' }, available: true, price: 25.75 },
        '100': { item_id: '100', options: { size: 'S' }, available: true, price: 5.5 },
        '101': { item_id: '101', options: { size: 'M' }, available: true, price: 7.625 },
        '103': { item_id: '103', options: { size: 'XL' }, available: false, price: 7 },
      },
    },
  },
  users: {
    ada: userOf('Ada', ['#pending', '#delivered', '#processed'], 'gift_card_1', 'credit_card_1'),
    bob: userOf('Bob', ['#bobs'], 'gift_card_2', 'credit_card_2'),
  },
}

/** Writes the shop out as a folder of data and answers with its path. */
export function smallShopFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'small-shop-'))
  for (const [name, records] of Object.entries(smallShop)) {
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(records))
  }
  return folder
}
