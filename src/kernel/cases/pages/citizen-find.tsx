import { sql } from 'kysely'
import { row, transact } from '../../../core/db.ts'
import { followCode, normalNumber, secretHash } from '../../../core/number.ts'
import { limitTries } from '../../../core/tries.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { heldNumbers, holdCase } from '../follow.ts'

const schema: ObjectSchema = {
  properties: {
    number: {
      type: 'string',
      maxLength: 30,
      title: { zh: '案號', en: 'Case number' },
      hint: { zh: '例如 D109-000123-4', en: 'Such as D109-000123-4' },
      widget: 'text',
    },
    code: {
      type: 'string',
      maxLength: 12,
      title: { zh: '查詢碼', en: 'Code' },
      hint: {
        zh: '送出時畫面和電子郵件裡的 8 個英數字',
        en: 'Eight characters, shown when you sent it',
      },
      widget: 'text',
    },
  },
  required: ['number', 'code'],
}

/** The page that asks for number and code, and lists the cases this browser holds. */
export async function followHome(visit: Visit, errors: Errors = {}): Promise<Answer> {
  const { view, query, form, request, platform } = visit
  const held = heldNumbers(request, platform.config.secret).filter((no) => !no.includes('/'))
  const given = normalNumber(query.number ?? '')
  if (given && held.includes(given)) return { to: `/follow/${given}` }
  const values = { number: form.get('number') || (query.number ?? ''), code: form.get('code') }
  const page = (
    <Page view={view} title={view.t('查案件進度', 'Follow a case')}>
      <h1>{view.t('查案件進度', 'Follow a case')}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action="/follow">
        <Fields view={view} schema={schema} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('查進度', 'Open it')}</Button>
        </Buttons>
      </Form>
      {held.length > 0 ? (
        <>
          <h2>{view.t('這台裝置上的案件', 'Cases on this device')}</h2>
          <ul>
            {held.map((no) => (
              <li key={no}>
                <a href={view.href(`/follow/${no}`)}>{no}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

// Ten tries a quarter of an hour for one number: with 38 bits nobody guesses a code.
export const mayTry = limitTries(10, 15)

/** Proves the code and holds the case in this browser. The same sentence for any wrong pair. */
export async function takeCode(visit: Visit): Promise<Answer> {
  const { form, platform, request, reply } = visit
  const { secret, PUBLIC_URL } = platform.config
  const no = normalNumber(form.get('number'))
  if (!no)
    return followHome(visit, {
      number: {
        zh: '案號打錯了，請對一下每個數字。例如 D109-000123-4。',
        en: 'There is a slip in the number; compare each digit. It looks like D109-000123-4.',
      },
    })
  const code = form
    .get('code')
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  const allowed = mayTry(no, platform.now())
  if (!allowed || code !== followCode(secret, no) || !(await exists(visit, no, code)))
    return followHome(visit, {
      code: allowed
        ? {
            zh: '案號和查詢碼對不起來，請再檢查一次。',
            en: 'Number and code do not fit together. Check them again.',
          }
        : { zh: '試太多次了，請過 15 分鐘再試。', en: 'Too many tries; wait 15 minutes.' },
    })
  holdCase(request, reply, secret, {
    no,
    code,
    secure: PUBLIC_URL.startsWith('https:'),
  })
  return { to: `/follow/${no}` }
}

/** A code can be computed for any number; the case itself must be there. */
async function exists({ platform }: Visit, no: string, code: string): Promise<boolean> {
  const secrets = [secretHash(platform.config.secret, no, code)]
  const scope = { scope: 'holder', person: '', agencies: [], secrets } as const
  const found = await transact(platform.database.app, scope, (db) =>
    row(db, sql`select from cases.case where no = ${no}`),
  )
  return found !== undefined
}
