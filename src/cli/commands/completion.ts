import { completionScript, shells } from '../completion-script.ts'
import { one } from '../parameter.ts'
import { type Verb, verb } from '../verb.ts'

/** It completes itself too, so it is made from the list that it will stand in. */
export const completion = (verbs: () => readonly Verb[], nouns: Readonly<Record<string, string>>): Verb =>
  verb({
    name: 'completion',
    about: 'A completion script for your shell.',
    args: { shell: one('which shell', 'bash', shells) },
    examples: [
      'completion bash >> ~/.bashrc',
      'completion zsh',
      'completion fish > ~/.config/fish/completions/charter.fish',
    ],
    run: async (call, { shell }) => {
      const known = shells.find((name) => name === shell) ?? 'bash'
      const script = completionScript(known, verbs(), nouns)
      call.answer({ shell: known, script }, () => [script])
      return 0
    },
  })
