/** The agent of this bench, at whatever desk stands behind that URL. */
import path from 'node:path'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import { refundTools } from '../../test/refund-tools.ts'

export const pageFile = path.join(import.meta.dirname, 'shop.charter.yaml')
export const prices = { 'scripted/refunds': { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } }

export const shopAgent = (deskUrl: string, model?: LanguageModelV4): Agent =>
  defineAgent({
    charter: pageFile,
    tools: refundTools(deskUrl).filter(({ name }) => name === 'get_invoice' || name === 'request_refund'),
    ...(model && { models: { 'scripted/refunds': model } }),
  })
