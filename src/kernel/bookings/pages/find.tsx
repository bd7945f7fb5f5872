import { sql } from 'kysely'
import { row } from '../../../core/db.ts'
import { pick } from '../../../core/i18n.ts'
import { followCode, normalNumber } from '../../../core/number.ts'
import { read } from '../../../core/operation.ts'
import { limitTries } from '../../../core/tries.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { heldBookings } from '../held.ts'
import { type BookingKit, holding, holds, remember } from './kit.ts'

const schemaFor = (prefix: string): ObjectSchema => ({
  properties: {
    number: {
      type: 'string',
      maxLength: 30,
      title: { zh: '預約號碼或候補號碼', en: 'Booking or waiting number' },
      hint: { zh: `例如 ${prefix}115-000123-4`, en: `Such as ${prefix}115-000123-4` },
      widget: 'text',
    },
    code: {
      type: 'string',
      maxLength: 12,
      title: { zh: '查詢碼', en: 'Code' },
      hint: {
        zh: '預約時畫面和電子郵件裡的 8 個英數字',
        en: 'Eight characters, shown when you booked and in the e-mail',
      },
      widget: 'text',
    },
  },
  required: ['number', 'code'],
})

/** Asks for number and code, and lists the bookings that this browser holds. */
export async function findPage(
  kit: BookingKit,
  visit: Visit,
  errors: Errors = {},
): Promise<Answer> {
  const { view, query, form, request, platform } = visit
  const { path, title: name, prefix } = kit.service
  const given = normalNumber(query.number ?? '')
  if (given && holds(visit, given)) return { to: `${path}/${given}` }
  const held = heldBookings
    .numbers(request, platform.config.secret)
    .filter((no) => no.startsWith(prefix))
  const values = { number: form.get('number') || (query.number ?? ''), code: form.get('code') }
  const title = view.t(`查詢${name.zh}預約`, `Find a booking: ${pick(name, view.locale)}`)
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={`${path}/find`}>
        <Fields view={view} schema={schemaFor(prefix)} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('開啟預約', 'Open it')}</Button>
        </Buttons>
      </Form>
      {held.length > 0 ? (
        <>
          <h2>{view.t('這台裝置上的預約', 'Bookings on this device')}</h2>
          <ul>
            {held.map((no) => (
              <li key={no}>
                <a href={view.href(`${path}/${no}`)}>{no}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <p>
        <a href={view.href(path)}>{view.t('預約新的時段', 'Book a time')}</a>
      </p>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

// With 38 bits and ten tries a quarter of an hour nobody guesses a code.
const mayTry = limitTries(10, 15)

/** Proves the code and holds the booking in this browser. One sentence for any wrong pair. */
export async function takeCode(kit: BookingKit, visit: Visit): Promise<Answer> {
  const { form, platform } = visit
  const no = normalNumber(form.get('number'))
  if (!no)
    return findPage(kit, visit, {
      number: {
        zh: '號碼打錯了，請對一下每個數字。',
        en: 'There is a slip in the number; compare each digit.',
      },
    })
  const code = form
    .get('code')
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  if (!mayTry(no, platform.now()))
    return findPage(kit, visit, {
      code: { zh: '試太多次了，請過 15 分鐘再試。', en: 'Too many tries; wait 15 minutes.' },
    })
  const right = code === followCode(platform.config.secret, no)
  if (!right || !(await exists(kit, visit, no, code)))
    return findPage(kit, visit, {
      code: {
        zh: '號碼和查詢碼對不起來，請再檢查一次。',
        en: 'Number and code do not fit together. Check them again.',
      },
    })
  remember(visit, { no, code })
  return { to: `${kit.service.path}/${no}` }
}

/** A code can be computed for any number; the booking itself must be there. */
async function exists(kit: BookingKit, visit: Visit, no: string, code: string): Promise<boolean> {
  const { name } = kit.service
  const found = await read(visit.platform, holding(visit, { no, code }), 'public', (ctx) =>
    row(
      ctx.db,
      sql`select no from bookings.booking where no = ${no} and service = ${name}
        union all select no from bookings.waiting where no = ${no} and service = ${name}`,
    ),
  )
  return found !== undefined
}
