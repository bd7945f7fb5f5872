import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'
import { text } from '../../kernel/cases/pack.ts'

const Pack = Type.Object({
  topics: Type.Array(
    Type.Object({
      code: Type.String({ pattern: '^[a-z0-9-]+$' }),
      name: text,
      agency: Type.String({ pattern: '^[a-z0-9-]+$' }),
    }),
  ),
})

/** A topic of enquiries, with the agency whose knowledge answers it. */
export type EnquiryTopic = { readonly code: string; readonly name: Text; readonly agency: string }

/** What people ask about. Throws when `enquiries.json` is not of the shape. */
export const enquiryTopics = (city: City): readonly EnquiryTopic[] =>
  city.read('enquiries.json', Pack).topics
