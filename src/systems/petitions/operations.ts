import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'
import { operation } from '../../core/operation.ts'
import { partyOf } from '../../kernel/cases/contact.ts'
import { channelOf, intakeFields, openedCase } from '../../kernel/cases/intake.ts'
import { openCase } from '../../kernel/cases/open.ts'
import { confirmations } from './confirmations.ts'
import { petitionCase } from './petitions.ts'

export const petitionInput = Type.Object({
  item: Type.String({ maxLength: 60 }),
  subject: Type.String({ minLength: 4, maxLength: 100 }),
  body: Type.String({ minLength: 5, maxLength: 4000 }),
  confidential: Type.Boolean({ default: false }),
  ...intakeFields,
})

/** A citizen petitions. A name and a way to be reached are needed (行政程序法 §169). Figure F068. */
export const petition = operation({
  name: 'petitions.file',
  title: { zh: '提出陳情', en: 'File a petition' },
  permission: 'public',
  input: petitionInput,
  output: openedCase,
  run: (ctx, input) => file(ctx, input, 'web'),
})

/**
 * Staff enter a petition that came by telephone, counter, letter, fax or the mayor's mailbox. A
 * letter and a fax need their scan; what was spoken is read back and confirmed.
 */
export const petitionFor = operation({
  name: 'petitions.file-for',
  title: { zh: '代民眾登錄陳情', en: 'Enter a petition for someone' },
  permission: 'petitions.file-for',
  input: Type.Object({
    ...petitionInput.properties,
    channel: channelOf('mailbox'),
    documents: Type.Array(Type.String(), { maxItems: 5, default: [] }),
    readBack: Type.Optional(
      Type.Union(Object.keys(confirmations).map((value) => Type.Literal(value))),
    ),
  }),
  output: openedCase,
  run: (ctx, input) => {
    const { channel, documents, readBack } = input
    if (['letter', 'fax'].includes(channel) && documents.length === 0)
      throw invalid({
        documents: {
          zh: '請上傳來信或傳真的掃描檔（PDF 或照片）。',
          en: 'Upload the scan of the letter or fax, a PDF or a photograph.',
        },
      })
    if (['phone', 'counter'].includes(channel) && !readBack)
      throw invalid({
        readBack: {
          zh: '請把紀錄念給對方聽，並選擇對方如何確認。',
          en: 'Read the record back and say how the person confirmed it.',
        },
      })
    return file(ctx, input, channel, {
      documents,
      ...(readBack !== undefined && { readBack: String(readBack) }),
    })
  },
})

type Kept = { readonly documents?: readonly string[]; readonly readBack?: string }

function file(
  ctx: Ctx,
  input: Static<typeof petitionInput>,
  channel: string,
  { documents = [], readBack }: Kept = {},
) {
  if (!input.name)
    throw invalid({
      name: {
        zh: '依法陳情要具名（可要求保密）。',
        en: 'The law asks for a name (it can be kept secret).',
      },
    })
  if (!input.phone && !input.email)
    throw invalid({
      email: {
        zh: '請留電話或電子郵件，讓機關能答覆您。',
        en: 'Give a telephone number or an e-mail address, so that the agency can reply.',
      },
    })
  return openCase(
    ctx,
    petitionCase,
    {
      ...input,
      channel,
      documents,
      ...(readBack && { data: { read_back: readBack } }),
      party: partyOf(input, ctx.locale),
    },
    (no, code) => ({
      subject: { zh: `收到您的陳情 ${no}`, en: `We have your petition ${no}` },
      body: {
        zh: `我們收到您的陳情「${input.subject}」。\n案號 ${no},查詢碼 ${code}。`,
        en: `We have your petition “${input.subject}”.\nNumber ${no}, code ${code}.`,
      },
    }),
  )
}
