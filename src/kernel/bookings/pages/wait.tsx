import { type TSchema, Type } from 'typebox'
import { Refused } from '../../../core/errors.ts'
import { isDay } from '../../../core/format.ts'
import { pick } from '../../../core/i18n.ts'
import { fromForm } from '../../../core/schema.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { personFields } from '../operations.ts'
import { venueId, venuesOf } from '../slots.ts'
import { answersTo } from './details.tsx'
import { type BookingKit, remember } from './kit.ts'

const schema = Type.Object(personFields) as unknown as ObjectSchema

/** Asks who waits for a place on a full day. */
export async function waitPage(
  kit: BookingKit,
  visit: Visit,
  tried: { values: Values; errors: Errors; problem?: Refused } = { values: {}, errors: {} },
): Promise<Answer> {
  const { view, query, form } = visit
  const { service } = kit
  const [code, date] = ['venue', 'date'].map((name) => form.get(name) || (query[name] ?? ''))
  const venues = await visit.read('public', (ctx) => venuesOf(ctx, service))
  const venue = venues.find(({ id }) => id === venueId(service, code ?? ''))
  if (!venue || !isDay(date ?? '')) return { to: service.path }
  const title = view.t('登記候補', 'Join the waiting list')
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p class="lead">
        <When view={view} at={date!} />
        {view.t('，', ', ')}
        {pick(venue.name, view.locale)}
      </p>
      {tried.problem ? <Notice tone="late" title={pick(tried.problem.text, view.locale)} /> : null}
      <ErrorSummary view={view} errors={tried.errors} />
      <Form view={view} action={`${service.path}/wait`} draft={`${service.name}-wait`}>
        <input type="hidden" name="venue" value={code} />
        <input type="hidden" name="date" value={date} />
        <Fields view={view} schema={schema} values={tried.values} errors={tried.errors} />
        <Buttons>
          <Button look="primary">{view.t('登記', 'Join')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  const status = tried.problem?.status ?? (Object.keys(tried.errors).length > 0 ? 422 : 200)
  return { page, status }
}

/** Puts a person on the list and shows the place on it. */
export async function takeWish(kit: BookingKit, visit: Visit): Promise<Answer> {
  const values = answersTo(schema, visit)
  const { join } = kit.common
  const venue = venueId(kit.service, visit.form.get('venue'))
  const given = { ...values, venue, date: visit.form.get('date') }
  try {
    const joined = await visit.perform(join, fromForm(join.input as TSchema, given))
    remember(visit, joined)
    return { to: `${kit.service.path}/${joined.no}` }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const byField = Object.keys(error.fields).length > 0
    const said = byField ? { errors: error.fields } : { errors: {}, problem: error }
    return waitPage(kit, visit, { values, ...said })
  }
}
