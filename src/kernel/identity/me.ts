import { Type } from 'typebox'
import { operation } from '../../core/operation.ts'

/** Who am I: the account behind a session or a token. */
export const whoAmI = operation({
  name: 'identity.me',
  title: { zh: '我的帳號', en: 'My account' },
  permission: 'account',
  reads: true,
  input: Type.Object({}),
  run: async ({ actor }) => ({
    id: actor.id,
    kind: actor.kind,
    name: actor.name,
    agency: actor.agency,
    level: actor.level ?? 0,
    permissions: [...new Set(actor.grants.map(({ permission }) => permission))],
  }),
})
