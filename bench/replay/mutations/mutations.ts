import type { Mutation } from '../mutation.ts'
import { mutationsOfBounds } from './bounds.ts'
import { mutationsOfEngine } from './engine.ts'
import { mutationsOfPolicies } from './policies.ts'
import { mutationsOfTools } from './tools.ts'

export const mutations: readonly Mutation[] = [
  ...mutationsOfEngine,
  ...mutationsOfBounds,
  ...mutationsOfPolicies,
  ...mutationsOfTools,
]
