import { charterJsonSchema } from '../../charter/json-schema.ts'
import { choice, perhaps, withDefault } from '../parameter.ts'
import { verb } from '../verb.ts'

export const schema = verb({
  name: 'schema',
  about: 'The JSON Schema of the page, for editors and other tools.',
  help: 'Put `# yaml-language-server: $schema=charter.schema.json` at the head of a page to have it in an editor.',
  args: { of: perhaps('what the schema is of', ['charter']) },
  options: {
    draft: withDefault(choice('--draft <draft>', 'which JSON Schema', ['2020-12', 'draft-07']), '2020-12' as const),
  },
  examples: ['schema > charter.schema.json', 'schema charter --draft draft-07'],
  run: async (call, { draft }) => {
    const document = charterJsonSchema(draft)
    call.answer(document, () => [JSON.stringify(document, null, 2)])
    return 0
  },
})
