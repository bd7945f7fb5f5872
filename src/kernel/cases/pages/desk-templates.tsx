import { Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { may, scopeFor } from '../../../core/operation.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields, type Values } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { ObjectSchema, Option } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { CaseType } from '../define.ts'
import { retireTemplate, saveTemplate, templateNames, templatesFor } from '../templates.ts'

/** The templates of an agency: list, one form to write anew or over. */
export async function templatesPage(
  types: readonly CaseType[],
  visit: Visit,
  tried?: { values: Values; errors: Errors },
): Promise<Answer> {
  const { view, query } = visit
  const all = await visit.read('cases.template', (ctx) => templatesFor(ctx))
  const chosen = all.find(({ id }) => id === query.id)
  const steps = stepOptions(types)
  const nameOf = (kind: string, step: string) =>
    steps.find(({ value }) => value === `${kind}.${step}`)?.label ?? { zh: step, en: step }
  const values = tried?.values ?? {
    ...chosen,
    at: chosen ? `${chosen.kind}.${chosen.step}` : '',
    city: chosen ? chosen.agency === null : false,
  }
  const page = (
    <Page view={view} title={view.t('回覆範本', 'Templates')} chrome="staff">
      <h1>{view.t('回覆範本', 'Templates')}</h1>
      {all.length === 0 ? (
        <EmptyState title={view.t('還沒有範本', 'No templates yet')}>
          <p>{view.t('常說的話寫在這裡，辦案時一點就帶入。', 'Write here what you say often.')}</p>
        </EmptyState>
      ) : (
        <ul class="plain">
          {all.map((one) => (
            <li key={one.id}>
              <a href={view.href(`/desk/templates?id=${one.id}`)}>{one.title}</a>{' '}
              <span class="soft">
                {pick(nameOf(one.kind, one.step), view.locale)}
                {one.agency === null ? view.t('，全市', ', the whole city') : ''}
              </span>
            </li>
          ))}
        </ul>
      )}
      <h2>{chosen ? view.t('修改範本', 'Change it') : view.t('新範本', 'A new one')}</h2>
      <ErrorSummary view={view} errors={tried?.errors ?? {}} />
      <Form view={view} action="/desk/templates">
        <input type="hidden" name="id" value={chosen?.id ?? String(values.id ?? '')} />
        <Fields
          view={view}
          schema={schemaFor(steps, mayCity(visit))}
          values={values}
          errors={tried?.errors ?? {}}
        />
        <Buttons>
          <Button look="primary">{view.t('儲存', 'Save')}</Button>
          {chosen ? (
            <Button formAction={view.href('/desk/templates/retire')}>
              {view.t('停用', 'Retire')}
            </Button>
          ) : null}
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

const mayCity = ({ actor }: Visit): boolean => scopeFor(actor, 'cases.template').scope === 'city'

/** The steps that say something to the person, of every kind. */
const stepOptions = (types: readonly CaseType[]): Option[] =>
  types.flatMap((type) =>
    Object.entries(type.transitions)
      .filter(([, step]) => 'statement' in step.input.properties && step.by !== 'reporter')
      .map(([name, step]) => ({
        value: `${type.kind}.${name}`,
        label: {
          zh: `${type.title.zh}：${step.title.zh}`,
          en: `${type.title.en}: ${step.title.en}`,
        },
      })),
  )

const schemaFor = (steps: readonly Option[], city: boolean): ObjectSchema => ({
  properties: {
    at: {
      type: 'string',
      widget: 'select',
      options: steps,
      title: { zh: '用在哪一步', en: 'For which step' },
    },
    title: { type: 'string', maxLength: 80, title: { zh: '名稱', en: 'Name' } },
    body: {
      type: 'string',
      maxLength: 4000,
      widget: 'textarea',
      title: { zh: '內容', en: 'Words' },
      hint: {
        zh: `可以寫 ${templateNames.map((name) => `{${name}}`).join(' ')}，使用時換成案件資料。`,
        en: `May hold ${templateNames.map((name) => `{${name}}`).join(' ')}: facts of the case.`,
      },
    },
    ...(city && {
      city: {
        type: 'boolean',
        widget: 'checkbox' as const,
        title: { zh: '全市共用', en: 'For the whole city' },
      },
    }),
  },
  required: ['at', 'title', 'body'],
})

/** Saves a template; what was typed comes back with the sentences beside it. */
export async function saveTemplatePage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { form } = visit
  const [kind = '', step = ''] = form.get('at').split('.')
  const values = {
    id: form.get('id'),
    at: form.get('at'),
    title: form.get('title'),
    body: form.get('body'),
    city: form.get('city') !== '' && may(visit.actor, 'cases.template'),
  }
  const { id, title, body, city } = values
  try {
    await visit.perform(saveTemplate, { ...(id && { id }), kind, step, title, body, city })
    return { to: '/desk/templates', flash: { zh: '已儲存。', en: 'Saved.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const { kind: at, ...rest } = error.fields
    const errors = { ...rest, ...(at && { at }) }
    const said = Object.keys(errors).length > 0 ? errors : { form: error.text }
    return templatesPage(types, visit, { values, errors: said })
  }
}

/** Takes a template off the list. */
export async function retireTemplatePage(visit: Visit): Promise<Answer> {
  await visit.perform(retireTemplate, { id: visit.form.get('id') })
  return { to: '/desk/templates', flash: { zh: '已停用。', en: 'Retired.' } }
}
