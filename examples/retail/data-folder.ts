import { existsSync } from 'node:fs'
import path from 'node:path'

/** Where the benchmark's records lie: beside the project, never in it. */
export const dataFolder = path.resolve(import.meta.dirname, '../../../shared/data/tau-retail')

/** Handed to a test as its `skip`: a plain sentence where the data is not there. */
export const skip = existsSync(dataFolder) ? false : `the retail data is not at ${dataFolder}`
