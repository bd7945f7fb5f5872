import type { VNode } from 'preact'
import { Refused } from '../../../core/errors.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { EmptyState, SummaryList } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { errorsOf } from '../methods/pages-confirm.ts'
import { CodeForm } from '../proofing/code-form.tsx'
import { addPhysicalCard, endCardAtDesk, findHolder, type Holder } from './desk-operations.ts'
import { CardTable } from './words.tsx'

const path = '/desk/cards'

const adding: ObjectSchema = {
  properties: {
    number: {
      type: 'string',
      title: { zh: '實體卡卡號', en: 'The number on the card' },
      hint: { zh: '8 到 20 個英文字母或數字。', en: '8 to 20 letters or digits.' },
      maxLength: 40,
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['number'],
}

/** The counter's page: the code of whoever stands there. */
export const deskPage = async (visit: Visit): Promise<Answer> => ask(visit, {}, {})

function ask({ view }: Visit, values: Values, errors: Errors): Answer {
  const title = view.t('市民卡', 'City cards')
  return {
    ...(Object.keys(errors).length > 0 && { status: 422 }),
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <ErrorSummary view={view} errors={errors} />
        <CodeForm
          view={view}
          action={`${path}/find`}
          find={{ zh: '找市民卡', en: 'Find their cards' }}
          values={values}
          errors={errors}
        />
      </Page>
    ),
  }
}

/** Takes a code: whose cards they are, and what can be done. */
export const find = (visit: Visit): Promise<Answer> => holderAnswer(visit, {}, {})

/** Adds a card and shows the person's cards again. */
export async function add(visit: Visit): Promise<Answer> {
  const number = visit.form.get('number')
  try {
    await visit.perform(addPhysicalCard, { code: visit.form.get('code'), number })
  } catch (error) {
    const errors = errorsOf(error, 'number')
    return { ...(await holderAnswer(visit, { number }, errors)), status: 422 }
  }
  return holderAnswer(visit, {}, {})
}

/** Ends a card and shows what is left. */
export async function end(visit: Visit): Promise<Answer> {
  const code = visit.form.get('code')
  try {
    await visit.perform(endCardAtDesk, { code, id: visit.params.id })
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error
    return { to: path, problem: error.text }
  }
  return holderAnswer(visit, {}, {})
}

async function holderAnswer(visit: Visit, values: Values, errors: Errors) {
  const code = visit.form.get('code')
  const found = await visit.perform(findHolder, { code })
  if ('refused' in found) return ask(visit, { code }, { code: found.refused })
  return { page: holderPage(visit.view, code, found, values, errors) }
}

function holderPage(
  view: View,
  code: string,
  { name, cards }: Holder,
  values: Values,
  errors: Errors,
): VNode {
  const title = view.t('這個人的市民卡', 'This person’s cards')
  const codeField = <input type="hidden" name="code" value={code} />
  return (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <SummaryList
        view={view}
        rows={[{ label: { zh: '名字', en: 'Name' }, answer: <span lang="zh-Hant">{name}</span> }]}
      />
      <CardTable
        view={view}
        caption={title}
        cards={cards}
        empty={<EmptyState title={view.t('還沒有市民卡', 'No card yet')} />}
        act={({ id, last_four }) => (
          <Form view={view} action={`${path}/${id}/end`} leaves>
            {codeField}
            <Button look="danger">
              {view.t('註銷', 'End')}
              <span class="sr-only">{last_four}</span>
            </Button>
          </Form>
        )}
      />
      <h2>{view.t('登錄實體卡', 'Add a physical card')}</h2>
      <Form view={view} action={`${path}/add`} leaves>
        {codeField}
        <Fields view={view} schema={adding} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('登錄這張卡', 'Add this card')}</Button>
          <ButtonLink href={view.href(path)}>{view.t('結束', 'Done')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
}
