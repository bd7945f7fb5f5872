import { type TSchema, Type } from 'typebox'
import { Refused } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import { fromForm } from '../../core/schema.ts'
import { personFields } from '../../kernel/bookings/operations.ts'
import { bookingPages } from '../../kernel/bookings/pages/citizen.ts'
import { answersTo } from '../../kernel/bookings/pages/details.tsx'
import type { BookingKit, DeskKit } from '../../kernel/bookings/pages/kit.ts'
import { deskPages } from '../../kernel/bookings/pages/staff.ts'
import { type Provider, poolOf } from '../../kernel/bookings/rota.ts'
import { waysOfBookings, wayTitles } from '../../kernel/cases/interactions.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { Breadcrumbs } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { mattersOf } from './conflicts.ts'
import { legalAidPack, legalAidService } from './legal-aid.ts'
import { book, bookFor, common, declareTie, finish, move, walkIn } from './operations.ts'

/** What a citizen is asked: who comes, about what, and against whom; the story stays with them. */
export const questions = (visit: Visit): ObjectSchema => {
  const person = Type.Object(personFields) as unknown as ObjectSchema
  return {
    properties: {
      ...person.properties,
      topic: {
        type: 'string',
        title: { zh: '哪一類的問題', en: 'What kind of matter' },
        widget: 'select',
        options: legalAidPack(visit.platform.city).topics.map(({ code, name }) => ({
          value: code,
          label: name,
        })),
      },
      opponent: {
        type: 'string',
        maxLength: 60,
        title: { zh: '對方的姓名或公司名', en: 'The other side: a person or a company' },
        hint: {
          zh: '只換算成無法還原的代碼，用來避免雙方遇到同一位律師。',
          en: 'Turned into a code, only so that both sides do not meet the same lawyer.',
        },
        widget: 'text',
      },
    },
    ...(person.required && { required: person.required }),
  }
}

const kit: BookingKit = {
  service: legalAidService,
  common,
  book: book as Operation<TSchema, { no: string }>,
  move: move as Operation<TSchema, { no: string }>,
  questions,
  lead: {
    zh: '律師面對面免費諮詢，每次 20 分鐘。選地點、日期和時間，兩分鐘就能約好。',
    en: 'Free advice from a lawyer, face to face, 20 minutes. Booking takes two minutes.',
  },
  bring: {
    zh: '請提早五分鐘到服務台報到，帶身分證件和相關文件，並先想好要問的問題。',
    en: 'Check in five minutes early; bring your ID, the papers, and your questions.',
  },
}

const topics = (visit: Visit) => legalAidPack(visit.platform.city).topics

const desk: DeskKit = {
  service: legalAidService,
  common,
  questions,
  path: '/desk/legal-aid',
  walkIn: walkIn as Operation<TSchema, { no: string }>,
  bookFor: bookFor as Operation<TSchema, { no: string }>,
  finish: finish as Operation,
  topics,
  flags: async (ctx, venue, date) => {
    const matters = await mattersOf(ctx, venue, date)
    const ways = await waysOfBookings(
      ctx,
      matters.map(({ booking }) => booking),
    )
    return new Map(
      matters.map(({ booking, topic, conflict }) => {
        const way = ways.get(booking)
        const flag = { topic, ...(conflict && { warning: inConflict }) }
        return [booking, { ...flag, ...(way && { way: wayTitles[way] }) }]
      }),
    )
  },
  links: [{ href: '/desk/legal-aid/ties', label: { zh: '迴避名單', en: 'Conflicts' } }],
}

const inConflict = { zh: '利益衝突，請換律師', en: 'Conflict: change the lawyer' }

const tieSchema = (lawyers: readonly Provider[]): ObjectSchema => ({
  properties: {
    lawyer: {
      type: 'string',
      title: { zh: '律師', en: 'Lawyer' },
      widget: 'select',
      options: lawyers.map(({ id, name }) => ({ value: id, label: { zh: name, en: name } })),
    },
    side: {
      type: 'string',
      title: { zh: '這個人是律師的', en: 'To the lawyer this person is' },
      widget: 'radio',
      options: [
        { value: 'client', label: { zh: '當事人', en: 'a client' } },
        { value: 'opponent', label: { zh: '對造', en: 'an opponent' } },
      ],
    },
    name: {
      type: 'string',
      maxLength: 60,
      title: { zh: '姓名或公司名', en: 'Name of the person or company' },
      widget: 'text',
    },
    idNumber: {
      type: 'string',
      maxLength: 20,
      title: { zh: '身分證或統一編號', en: 'ID or company number' },
      hint: { zh: '姓名與號碼至少填一項。', en: 'Give a name or a number at least.' },
      widget: 'text',
    },
  },
  required: ['lawyer', 'side'],
})

/** Where a lawyer's clients and opponents are declared; nothing of them is shown again. */
async function tiesPage(
  visit: Visit,
  tried: { values: Values; errors: Errors } = { values: {}, errors: {} },
): Promise<Answer> {
  const { view } = visit
  const lawyers = await visit.read('legal-aid.rota', (ctx) => poolOf(ctx, legalAidService))
  const title = view.t('律師應迴避的對象', 'Whom a lawyer cannot advise')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs view={view} items={[{ href: desk.path, label: legalAidService.title }]} />
      <h1>{title}</h1>
      <p>
        {view.t(
          '登錄後只留下無法還原的代碼，任何人都查不到名單；預約時自動避開這位律師。',
          'Only a code that cannot be turned back is kept; nobody can read the list. ' +
            'Bookings avoid the lawyer by themselves.',
        )}
      </p>
      <ErrorSummary view={view} errors={tried.errors} />
      <Form view={view} action="/desk/legal-aid/ties">
        <Fields
          view={view}
          schema={tieSchema(lawyers)}
          values={tried.values}
          errors={tried.errors}
        />
        <Buttons>
          <Button look="primary">{view.t('登錄', 'Declare')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(tried.errors).length > 0 ? 422 : 200 }
}

async function takeTie(visit: Visit): Promise<Answer> {
  const values = answersTo(tieSchema([]), visit)
  try {
    await visit.perform(declareTie, fromForm(declareTie.input, values))
    const flash = { zh: '已登錄。', en: 'It is declared.' }
    return { to: '/desk/legal-aid/ties', flash }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return tiesPage(visit, { values, errors: error.fields })
  }
}

const rota = 'legal-aid.rota'
const ties = '/desk/legal-aid/ties'

/** The pages of legal advice. */
export const legalAidPages: readonly PageRoute[] = [
  ...bookingPages(kit),
  ...deskPages(desk),
  { method: 'GET', path: ties, permission: rota, run: (visit) => tiesPage(visit) },
  { method: 'POST', path: ties, permission: rota, run: takeTie },
]
