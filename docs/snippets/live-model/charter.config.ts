import { defineConfig } from '../../../src/index.ts'
import parcels from '../parcels/charter.config.ts'

const { agents } = parcels

// #region config
export default defineConfig({
  agents,
  endpoint: { baseUrl: 'http://127.0.0.1:8000/v1' },
  prices: { 'local/qwen3-32b': { inputPerMillionUsd: '0.10', outputPerMillionUsd: '0.30' } },
})
// #endregion
