import { Refused } from '../../core/errors.ts'
import { unfiledOf } from '../../kernel/cases/interactions-desk.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { contactSchema } from '../../kernel/cases/pages/contact-form.ts'
import { storedFiles } from '../../kernel/forms/pages/uploads.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import { Breadcrumbs } from '../../web/components/words.tsx'
import type { FieldProperty, ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { confirmations } from './confirmations.ts'
import { petitionPack } from './items.ts'
import { petitionFor } from './operations.ts'

const path = '/desk/petitions/new'
const permission = 'petitions.file-for'

/** One page on which staff enter what came by letter, fax, telephone or at the counter. */
export const intakePages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: (visit) => intakePage(visit) },
  { method: 'POST', path, permission, run: takeIntake },
]

const channels = [
  { value: 'letter', label: { zh: '書信', en: 'Letter' } },
  { value: 'fax', label: { zh: '傳真', en: 'Fax' } },
  { value: 'phone', label: { zh: '電話', en: 'Telephone' } },
  { value: 'counter', label: { zh: '親自到場', en: 'In person' } },
  { value: 'mailbox', label: { zh: '首長信箱', en: "Mayor's mailbox" } },
]

function schemaFor({ platform }: Visit): ObjectSchema {
  const districts = cityPlaces(platform.city).districts
  const items = petitionPack(platform.city).items
  const named = (all: readonly { code: string; name: { zh: string; en: string } }[]) =>
    all.map(({ code, name }) => ({ value: code, label: name }))
  const fields: Record<string, FieldProperty> = {
    channel: {
      type: 'string',
      widget: 'radio',
      options: channels,
      title: { zh: '怎麼來的', en: 'How it came' },
    },
    documents: {
      type: 'array',
      maxItems: 5,
      widget: 'photo',
      title: { zh: '掃描檔', en: 'Scans' },
      hint: { zh: '書信與傳真必附，PDF 或照片。', en: 'For letters and faxes: PDF or photograph.' },
    },
    item: {
      type: 'string',
      widget: 'select',
      options: named(items),
      title: { zh: '事項', en: 'Subject' },
    },
    subject: { type: 'string', maxLength: 100, title: { zh: '主旨', en: 'In one line' } },
    body: {
      type: 'string',
      maxLength: 4000,
      widget: 'textarea',
      title: { zh: '內容', en: 'The whole of it' },
      hint: { zh: '一封信有幾件事，收案後可以分案。', en: 'Several matters? Split it afterwards.' },
    },
    place: { type: 'string', maxLength: 300, title: { zh: '地點', en: 'Place' } },
    district: {
      type: 'string',
      widget: 'select',
      options: named(districts),
      title: { zh: '行政區', en: 'District' },
    },
    ...contactSchema(['name']).properties,
    confidential: {
      type: 'boolean',
      widget: 'checkbox',
      title: { zh: '要求身分保密', en: 'Asks for secrecy' },
    },
    readBack: {
      type: 'string',
      widget: 'radio',
      options: Object.entries(confirmations).map(([value, label]) => ({ value, label })),
      title: { zh: '念給對方聽並確認', en: 'Read back and confirmed' },
      hint: { zh: '電話與到場陳述必填。', en: 'For what was spoken.' },
    },
  }
  return { properties: fields, required: ['channel', 'item', 'subject', 'body', 'name'] }
}

async function intakePage(
  visit: Visit,
  tried?: { values: Values; errors: Errors },
): Promise<Answer> {
  const { view, query } = visit
  const errors = tried?.errors ?? {}
  const via = String(tried?.values.via ?? query.via ?? '')
  const values = tried?.values ?? (via ? await said(visit, via) : {})
  const page = (
    <Page view={view} title={view.t('登錄陳情', 'Enter a petition')} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: '/desk/petitions', label: { zh: '人民陳情', en: 'Petitions' } }]}
      />
      <h1>{view.t('登錄陳情', 'Enter a petition')}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={path} draft="petition-intake" files>
        <input type="hidden" name="via" value={via} />
        <Fields view={view} schema={schemaFor(visit)} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('登錄', 'Enter it')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

/** What a letter, a call or a chat said, to begin with. */
async function said(visit: Visit, via: string): Promise<Values> {
  const found = await visit.read(permission, (ctx) => unfiledOf(ctx, via))
  if (!found) return {}
  const words = found.lines.filter(({ who }) => who === 'citizen').map(({ text }) => text)
  const channel = { mail: 'mailbox', call: 'phone', letter: 'letter', fax: 'fax' } as const
  return {
    channel: found.kind in channel ? channel[found.kind as keyof typeof channel] : 'mailbox',
    subject: found.summary.slice(0, 100),
    body: words.join('\n\n').slice(0, 4000),
  }
}

async function takeIntake(visit: Visit): Promise<Answer> {
  const { form, view } = visit
  const names = Object.keys(schemaFor(visit).properties).filter((name) => name !== 'documents')
  const given = Object.fromEntries(['via', ...names].map((name) => [name, form.get(name)]))
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  const documents = [...form.files('documents')]
  const confidential = given.confidential === 'true'
  try {
    const { no } = await visit.perform(petitionFor, { ...filled, documents, confidential })
    return {
      to: `/desk/petitions/${no}`,
      flash: { zh: `已登錄 ${no}。`, en: `Entered as ${no}.` },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.text }
    const values = { ...given, documents: storedFiles(documents, view.t) }
    return intakePage(visit, { values, errors })
  }
}
