import type { VNode } from 'preact'
import { Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { documents } from '../../../kernel/identity/proofing.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, SummaryList } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { CodeForm } from './code-form.tsx'
import {
  confirmLook,
  declineLook,
  findByCode,
  listWaitingLooks,
  recordLook,
  type WaitingLook,
} from './operations.ts'
import { documentNames, levelWords } from './words.ts'

const path = '/desk/proofing'

const looking: ObjectSchema = {
  properties: {
    document: {
      type: 'string',
      title: { zh: '看過的證件', en: 'The document that you saw' },
      widget: 'radio',
      options: documents.map((value) => ({ value, label: documentNames[value] })),
    },
    lastFour: {
      type: 'string',
      title: { zh: '證件號碼末四碼', en: 'The last four characters of its number' },
      hint: { zh: '只寫末四碼，不要寫整個號碼。', en: 'These four only, never the whole number.' },
      maxLength: 4,
      widget: 'text',
      autocomplete: 'off',
    },
    same: {
      type: 'boolean',
      title: {
        zh: '照片是本人，證件上的姓名和上面的名字完全相同',
        en: 'The photograph is theirs, and the name on it is exactly the one above',
      },
      widget: 'checkbox',
    },
  },
  required: ['document', 'lastFour', 'same'],
}

/** The counter's page: the code of whoever stands there, and what waits for a second look. */
export const deskPage = (visit: Visit): Promise<Answer> => show(visit, {}, {})

async function show(visit: Visit, values: Values, errors: Errors): Promise<Answer> {
  const { view } = visit
  const waiting = await visit.perform(listWaitingLooks, {})
  const title = view.t('身分查驗', 'Identity checks')
  return {
    ...(Object.keys(errors).length > 0 && { status: 422 }),
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <section class="way">
          <CodeForm
            view={view}
            action={`${path}/find`}
            find={{ zh: '找帳號', en: 'Find the account' }}
            values={values}
            errors={errors}
          />
        </section>
        <h2>{view.t('等待複核', 'Waiting for a second look')}</h2>
        {waiting.length === 0 ? (
          <EmptyState title={view.t('沒有等待複核的查驗', 'Nothing waits')} />
        ) : null}
        {waiting.map((one) => (
          <Waiting key={one.id} view={view} one={one} own={one.first_by === visit.actor.id} />
        ))}
      </Page>
    ),
  }
}

const Waiting = ({ view, one, own }: { view: View; one: WaitingLook; own: boolean }): VNode => (
  <section>
    <SummaryList
      view={view}
      rows={[
        { label: { zh: '名字', en: 'Name' }, answer: <span lang="zh-Hant">{one.name}</span> },
        {
          label: { zh: '證件', en: 'Document' },
          answer: view.t(
            `${documentNames[one.evidence.document].zh}，末四碼 ${one.evidence.lastFour}`,
            `${documentNames[one.evidence.document].en}, ends in ${one.evidence.lastFour}`,
          ),
        },
        {
          label: { zh: '第一次查驗', en: 'First look' },
          answer: (
            <>
              <span lang="zh-Hant">{one.first_name}</span>
              {view.t('，', ', ')}
              <When view={view} at={one.first_at} time />
            </>
          ),
        },
      ]}
    />
    {own ? (
      <p class="soft">
        {view.t(
          '您做了第一次查驗，請另一位同仁複核。',
          'The first look was yours: ask a colleague.',
        )}
      </p>
    ) : (
      <Form view={view} action={`${path}/${one.id}/confirm`} leaves>
        <p>
          {view.t(
            '請親自看過證件和本人再按。確認後，這個帳號的身分就算查驗過。',
            'See the document and the person yourself first. Once confirmed, it counts.',
          )}
        </p>
        <Buttons>
          <Button look="primary">{view.t('相符，確認', 'It agrees: confirm')}</Button>
          <Button look="danger" formAction={view.href(`${path}/${one.id}/decline`)}>
            {view.t('不符，退回', 'It does not: decline')}
          </Button>
        </Buttons>
      </Form>
    )}
  </section>
)

/** Takes a code: whose account it is, and the questions of the first look. */
export async function find(visit: Visit): Promise<Answer> {
  const code = visit.form.get('code')
  const found = await visit.perform(findByCode, { code })
  if ('refused' in found) return show(visit, { code }, { code: found.refused })
  return { page: lookPage(visit.view, code, found, {}, {}) }
}

function lookPage(
  view: View,
  code: string,
  found: { readonly name: string; readonly level: number },
  values: Values,
  errors: Errors,
): VNode {
  const title = view.t('查驗證件', 'Look at the document')
  return (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '名字', en: 'Name' }, answer: <span lang="zh-Hant">{found.name}</span> },
          {
            label: { zh: '目前', en: 'Now' },
            answer: pick(levelWords[found.level as 1 | 2 | 3], view.locale),
          },
        ]}
      />
      <Form view={view} action={`${path}/record`} leaves>
        <input type="hidden" name="code" value={code} />
        <Fields view={view} schema={looking} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">
            {view.t('登錄，交給同仁複核', 'Record, for a second look')}
          </Button>
          <ButtonLink href={view.href(path)}>{view.t('取消', 'Cancel')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
}

/** Keeps the first look. */
export async function record(visit: Visit): Promise<Answer> {
  const { form, view } = visit
  const values = {
    document: form.get('document'),
    lastFour: form.get('lastFour'),
    same: form.get('same') !== '',
  }
  const code = form.get('code')
  try {
    await visit.perform(recordLook, { code, ...values })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error
    const found = await visit.perform(findByCode, { code })
    if ('refused' in found) return show(visit, { code }, { code: found.refused })
    return { page: lookPage(view, code, found, values, error.fields), status: 422 }
  }
  return {
    to: path,
    flash: { zh: '已登錄，等另一位同仁複核。', en: 'Recorded; a colleague must look now.' },
  }
}

const after = (run: typeof confirmLook | typeof declineLook, zh: string, en: string) =>
  async function second(visit: Visit): Promise<Answer> {
    try {
      await visit.perform(run, { id: visit.params.id })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { to: path, problem: error.text }
    }
    return { to: path, flash: { zh, en } }
  }

/** The second look agrees. */
export const confirm = after(
  confirmLook,
  '已確認，身分查驗完成。',
  'Confirmed: the identity counts.',
)

/** The second look does not agree. */
export const decline = after(declineLook, '已退回，沒有生效。', 'Declined: nothing counts.')
