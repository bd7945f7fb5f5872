import type { ComponentChildren } from 'preact'
import type { Text } from '../../../core/i18n.ts'
import { pick } from '../../../core/i18n.ts'
import { followCode, normalNumber } from '../../../core/number.ts'
import { limitTries } from '../../../core/tries.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'

/** A page that opens one sort of record to who has its number and its code. */
export type ByCode = {
  readonly title: Text
  /** What the number is called, and one that shows its form. */
  readonly number: Text
  readonly example: string
  readonly button: Text
  /** Where the form posts. */
  readonly action: string
  /** What stands above the list of records that this browser holds. */
  readonly onDevice: Text
  /** The numbers that this browser holds. */
  readonly held: (visit: Visit) => readonly string[]
  readonly pathOf: (no: string) => string
  /** A code can be computed for any number; the record itself must be there. */
  readonly exists: (visit: Visit, proven: Proven) => Promise<boolean>
  /** Keeps the number in this browser. */
  readonly hold: (visit: Visit, proven: Proven) => void
  readonly below?: (visit: Visit) => ComponentChildren
}

export type Proven = { readonly no: string; readonly code: string }

const schemaOf = ({ number, example }: ByCode): ObjectSchema => ({
  properties: {
    number: {
      type: 'string',
      maxLength: 30,
      title: number,
      hint: { zh: `例如 ${example}`, en: `Such as ${example}` },
      widget: 'text',
    },
    code: {
      type: 'string',
      maxLength: 12,
      title: { zh: '查詢碼', en: 'Code' },
      hint: {
        zh: '送出時畫面和電子郵件裡的 8 個英數字',
        en: 'Eight characters, shown when you sent it and in the e-mail',
      },
      widget: 'text',
    },
  },
  required: ['number', 'code'],
})

/** Asks for number and code, and lists what this browser holds. */
export async function byCodePage(sort: ByCode, visit: Visit, errors: Errors = {}): Promise<Answer> {
  const { view, query, form } = visit
  const held = sort.held(visit)
  const given = normalNumber(query.number ?? '')
  if (given && held.includes(given)) return { to: sort.pathOf(given) }
  const values = { number: form.get('number') || (query.number ?? ''), code: form.get('code') }
  const title = pick(sort.title, view.locale)
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={sort.action}>
        <Fields view={view} schema={schemaOf(sort)} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{pick(sort.button, view.locale)}</Button>
        </Buttons>
      </Form>
      {held.length > 0 ? (
        <>
          <h2>{pick(sort.onDevice, view.locale)}</h2>
          <ul>
            {held.map((no) => (
              <li key={no}>
                <a href={view.href(sort.pathOf(no))}>{no}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {sort.below?.(visit)}
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Ten tries a quarter of an hour for one number: with 38 bits nobody guesses a code. */
export const mayTry = limitTries(10, 15)

/** Proves the code and keeps the record in this browser. One sentence for any wrong pair. */
export async function takeCode(sort: ByCode, visit: Visit): Promise<Answer> {
  const { form, platform } = visit
  const no = normalNumber(form.get('number'))
  if (!no)
    return byCodePage(sort, visit, {
      number: {
        zh: `號碼打錯了，請對一下每個數字。例如 ${sort.example}。`,
        en: `There is a slip in the number; compare each digit. It looks like ${sort.example}.`,
      },
    })
  const code = form
    .get('code')
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
  if (!mayTry(no, platform.now()))
    return byCodePage(sort, visit, {
      code: { zh: '試太多次了，請過 15 分鐘再試。', en: 'Too many tries; wait 15 minutes.' },
    })
  const right = code === followCode(platform.config.secret, no)
  if (!right || !(await sort.exists(visit, { no, code })))
    return byCodePage(sort, visit, {
      code: {
        zh: '號碼和查詢碼對不起來，請再檢查一次。',
        en: 'Number and code do not fit together. Check them again.',
      },
    })
  sort.hold(visit, { no, code })
  return { to: sort.pathOf(no) }
}
