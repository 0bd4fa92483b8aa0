/** Streams, payloads, leases, checkpoints and the projections of version 1. */
import type { Dialect } from './dialect.ts'

export function ledgerTables({ text, integer, bytes, keyed, added }: Dialect): readonly string[] {
  return [
    `CREATE TABLE events (
      position ${integer} PRIMARY KEY,
      tenant ${text} NOT NULL,
      stream ${text} NOT NULL,
      seq ${integer} NOT NULL,
      type ${text} NOT NULL,
      v ${integer} NOT NULL,
      at ${integer} NOT NULL,
      actor ${text} NOT NULL,
      body ${text} NOT NULL,
      prev_hash ${text} NOT NULL,
      hash ${text} NOT NULL
    ) ${added}`,
    `CREATE UNIQUE INDEX events_by_stream ON events (tenant, stream, seq)`,

    `CREATE TABLE heads (
      tenant ${text} NOT NULL,
      stream ${text} NOT NULL,
      seq ${integer} NOT NULL,
      hash ${text} NOT NULL,
      checkpointed ${integer} NOT NULL DEFAULT 0,
      PRIMARY KEY (tenant, stream)
    ) ${keyed}`,
    `CREATE INDEX heads_moved ON heads (tenant, stream) WHERE seq > checkpointed`,

    `CREATE TABLE payloads (
      tenant ${text} NOT NULL,
      stream ${text} NOT NULL,
      n ${integer} NOT NULL,
      class ${text} NOT NULL,
      ciphertext ${bytes} NOT NULL,
      sha256 ${text} NOT NULL,
      PRIMARY KEY (tenant, stream, n)
    ) ${keyed}`,

    `CREATE TABLE leases (
      tenant ${text} NOT NULL,
      run ${text} NOT NULL,
      owner ${text} NOT NULL,
      epoch ${integer} NOT NULL,
      until ${integer} NOT NULL,
      PRIMARY KEY (tenant, run)
    ) ${keyed}`,

    `CREATE TABLE snapshots (
      tenant ${text} NOT NULL,
      stream ${text} NOT NULL,
      seq ${integer} NOT NULL,
      hash ${text} NOT NULL,
      fold ${text} NOT NULL,
      state ${text} NOT NULL,
      seal ${text} NOT NULL,
      PRIMARY KEY (tenant, stream)
    ) ${added}`,

    `CREATE TABLE engines (
      epoch ${integer} PRIMARY KEY,
      engine ${text} NOT NULL,
      process ${integer} NOT NULL,
      host ${text} NOT NULL,
      entered_at ${integer} NOT NULL,
      left_at ${integer}
    ) ${added}`,

    `CREATE TABLE checkpoints (
      n ${integer} PRIMARY KEY,
      size ${integer} NOT NULL,
      root ${text} NOT NULL,
      at ${integer} NOT NULL,
      key_id ${text} NOT NULL,
      signature ${text} NOT NULL
    ) ${added}`,
    `CREATE TABLE checkpoint_leaves (
      place ${integer} PRIMARY KEY,
      n ${integer} NOT NULL,
      tenant ${text} NOT NULL,
      stream ${text} NOT NULL,
      seq ${integer} NOT NULL,
      hash ${text} NOT NULL
    ) ${added}`,
  ]
}
