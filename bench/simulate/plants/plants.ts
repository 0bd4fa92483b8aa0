/** Every fault that is planted. A world that lets one of them pass is too kind. */
import { dispatchPlants } from './dispatch-plants.ts'
import { ledgerPlants } from './ledger-plants.ts'
import { outcomePlants } from './outcome-plants.ts'
import type { Plant } from './plant.ts'

export const plants: readonly Plant[] = [...dispatchPlants, ...outcomePlants, ...ledgerPlants]
