import { Type } from 'typebox'
import type { Json } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'

// Fields that the steps of several kinds share. `title`, `hint` and `widget` are read by the forms
// kernel; JSON Schema calls them annotations, and TypeBox's own `title` is a plain string.
type Note = { title: Text; hint?: Text; widget: string; needed?: true }
const annotated = (note: Note) => note as unknown as { title: string }

/** Words of two characters at least, shown as a text area. */
export const words = (zh: string, en: string, hint?: Text) =>
  Type.String({
    minLength: 2,
    maxLength: 4000,
    ...annotated({ title: { zh, en }, widget: 'textarea', ...(hint && { hint }) }),
  })

/** The reason for a step that cannot be taken back. */
export const reason = (hint?: Text) =>
  Type.String({
    minLength: 4,
    maxLength: 2000,
    ...annotated({
      title: { zh: '理由', en: 'Reason' },
      widget: 'textarea',
      ...(hint && { hint }),
    }),
  })

/** Up to five photographs; the form carries them as signed tokens. */
export const photos = Type.Array(Type.String(), {
  maxItems: 5,
  default: [],
  ...annotated({ title: { zh: '照片', en: 'Photographs' }, widget: 'photos' }),
})

/** At least one photograph of finished work; its step refuses to go without. */
export const proof = Type.Array(Type.String(), {
  maxItems: 5,
  default: [],
  ...annotated({
    title: { zh: '完工照片', en: 'Photographs of the work' },
    widget: 'photos',
    needed: true,
  }),
})

/** A member of staff, chosen among those of the agency. */
export const assignee = Type.String({
  ...annotated({ title: { zh: '承辦人', en: 'Officer in charge' }, widget: 'staff' }),
})

/** An agency of the city. */
export const agency = Type.String({
  ...annotated({ title: { zh: '應辦機關', en: 'The right agency' }, widget: 'agency' }),
})

/** An agency that was asked for its view and has not given it. */
export const jointAgency = Type.String({
  ...annotated({ title: { zh: '表示意見的機關', en: 'Agency that answers' }, widget: 'joint' }),
})

/** A body outside the city. */
export const outsideBody = Type.String({
  ...annotated({ title: { zh: '外部單位', en: 'Body outside the city' }, widget: 'outside' }),
})

/** The number of another case. */
export const otherCase = (zh: string, en: string) =>
  Type.String({
    maxLength: 30,
    ...annotated({ title: { zh, en }, widget: 'text' }),
  })

/** What a part of a case is about. */
export const item = Type.String({
  maxLength: 60,
  ...annotated({ title: { zh: '項目', en: 'Kind' }, widget: 'item' }),
})

/** A short line. */
export const line = (zh: string, en: string, most = 200) =>
  Type.String({
    minLength: 2,
    maxLength: most,
    ...annotated({ title: { zh, en }, widget: 'text' }),
  })

/** A whole number of days. */
export const days = (most: number, zh: string, en: string) =>
  Type.Integer({
    minimum: 1,
    maximum: most,
    ...annotated({ title: { zh, en }, widget: 'number' }),
  })

/** One of a few answers, as radio buttons. */
export const choice = (zh: string, en: string, options: Readonly<Record<string, Text>>) =>
  Type.Union(
    Object.entries(options).map(([key, title]) =>
      Type.Literal(key, { ...(title && { title: title as unknown as string }) }),
    ),
    annotated({ title: { zh, en }, widget: 'radio' }),
  )

/** The words of an event's data field. */
export const text = (value: Json | undefined): string => String(value ?? '')
