import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { toolSet } from './tool-set.ts'

const tool = (name: string, version: string) =>
  defineTool({
    name,
    version,
    description: '',
    kind: 'read',
    inputSchema: z.object({}),
    outputSchema: z.object({}),
    execute: () => ({}),
  })

test('tools are found by name, and one given twice is one', () => {
  const [show, list] = [tool('show', '1'), tool('list', '1')]
  assert.deepEqual([...toolSet([show, list, show]).values()], [show, list])
})

test('two tools of one name are refused, and so are two versions of one', () => {
  assert.throws(() => toolSet([tool('show', '1'), tool('show', '1')]), {
    code: 'tool_duplicate',
    message: 'two tools are called `show`',
  })
  assert.throws(() => toolSet([tool('show', '1'), tool('show', '2')]), {
    code: 'tool_duplicate',
    message: '`show` is given in two versions, `1` and `2`',
  })
})
