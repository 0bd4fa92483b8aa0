/**
 * The tables of the shop. Records stand as JSON text, with the order of keys and the spelling of numbers of their
 * source. The triggers keep the write log inside the database, so that it sees every row that any statement touches,
 * also one that changes nothing; `write_log.before` is null for a row that was not there.
 */
export const collections = ['orders', 'products', 'users'] as const
export type Collection = (typeof collections)[number]

const table = (name: Collection) => `
  CREATE TABLE ${name} (id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
  CREATE TRIGGER ${name}_insert AFTER INSERT ON ${name} BEGIN
    INSERT INTO write_log (collection, id, before) VALUES ('${name}', NEW.id, NULL);
  END;
  CREATE TRIGGER ${name}_update AFTER UPDATE ON ${name} BEGIN
    INSERT INTO write_log (collection, id, before) VALUES ('${name}', OLD.id, OLD.record);
  END;
  CREATE TRIGGER ${name}_delete AFTER DELETE ON ${name} BEGIN
    INSERT INTO write_log (collection, id, before) VALUES ('${name}', OLD.id, OLD.record);
  END;`

/** A receipt is what the shop remembers of an accepted write: sent again under the same key, it answers the same. */
export const schema = `
  CREATE TABLE write_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    before TEXT
  );
  CREATE TABLE receipts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE,
    operation TEXT NOT NULL,
    input TEXT NOT NULL,
    value TEXT NOT NULL
  );
  ${collections.map(table).join('')}
  CREATE INDEX users_by_email ON users (lower(record ->> '$.email'));
`
