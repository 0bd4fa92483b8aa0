/** Prints the log of a desk's file, a line of JSON for each arrival and each commit, also after the desk has died. */
import { openWitness } from './witness.ts'

const [file = 'desk.sqlite'] = process.argv.slice(2)
using witness = openWitness(file)
for (const arrival of witness.arrivals()) console.log(JSON.stringify({ arrival }))
for (const commit of witness.commits()) console.log(JSON.stringify({ commit }))
