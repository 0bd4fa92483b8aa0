/** As much of protobuf's wire format as OTLP needs: fields by number, lengths, whole numbers. */

/** A part of a message, as bytes. */
export type Field = Uint8Array

const text = new TextEncoder()

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let place = 0
  for (const part of parts) {
    whole.set(part, place)
    place += part.length
  }
  return whole
}

/** Seven bits a byte, the lowest first. Negative numbers take ten bytes, as two's complement of 64 bits. */
function varint(value: number | bigint): Uint8Array {
  let left = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128)
  bytes.push(Number(left))
  return Uint8Array.from(bytes)
}

const key = (field: number, wire: 0 | 1 | 2 | 5): Uint8Array => varint((field << 3) | wire)

export const bytesField = (field: number, value: Uint8Array): Field =>
  concat([key(field, 2), varint(value.length), value])

export const messageField = (field: number, parts: readonly Field[]): Field => bytesField(field, concat(parts))

export const textField = (field: number, value: string): Field => bytesField(field, text.encode(value))

export const wholeField = (field: number, value: number | bigint): Field => concat([key(field, 0), varint(value)])

export function fixed64Field(field: number, value: bigint): Field {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return concat([key(field, 1), bytes])
}

export function doubleField(field: number, value: number): Field {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return concat([key(field, 1), bytes])
}

export const fromHex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'))

export interface ReadField {
  readonly field: number
  readonly wire: number
  /** Of a whole or fixed number. */
  readonly number: bigint
  /** Of text, bytes or a message. */
  readonly bytes: Uint8Array
}

const nothing = new Uint8Array()

/** The fields of a message in their order. What is cut short ends the list. */
export function readFields(message: Uint8Array): readonly ReadField[] {
  const fields: ReadField[] = []
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  let place = 0
  const number = (): bigint => {
    let value = 0n
    for (let shift = 0n; place < message.length; shift += 7n) {
      const byte = message[place++] ?? 0
      value |= BigInt(byte & 127) << shift
      if (byte < 128) break
    }
    return value
  }
  while (place < message.length) {
    const [head, wire] = splitKey(Number(number()))
    if (wire === 0) fields.push({ field: head, wire, number: number(), bytes: nothing })
    else if (wire === 1 && place + 8 <= message.length) {
      fields.push({
        field: head,
        wire,
        number: view.getBigUint64(place, true),
        bytes: message.subarray(place, place + 8),
      })
      place += 8
    } else if (wire === 2) {
      const length = Number(number())
      if (place + length > message.length) break
      fields.push({ field: head, wire, number: 0n, bytes: message.subarray(place, place + length) })
      place += length
    } else break
  }
  return fields
}

const splitKey = (head: number): [field: number, wire: number] => [head >> 3, head & 7]
