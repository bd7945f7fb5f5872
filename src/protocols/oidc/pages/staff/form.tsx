import { Refused } from '../../../../core/errors.ts'
import { fromForm } from '../../../../core/schema.ts'
import {
  addStaff,
  changeStaff,
  newStaffInput,
  staffById,
} from '../../../../kernel/identity/staff.ts'
import { Button, ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import {
  ErrorSummary,
  type Errors,
  Fields,
  type Values,
} from '../../../../web/components/fields.tsx'
import { Form } from '../../../../web/components/form.tsx'
import { Breadcrumbs } from '../../../../web/components/words.tsx'
import type { ObjectSchema, Option } from '../../../../web/fields.ts'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import { agenciesInReach, delegates, staffPath } from './list.tsx'

const schemaOf = (agencies: readonly Option[], known: boolean): ObjectSchema => ({
  properties: {
    ...(!known && {
      login: {
        type: 'string',
        title: { zh: '帳號', en: 'Login' },
        hint: {
          zh: '小寫英文、數字、點、連字號；之後不能改。',
          en: 'Small letters, digits, dots, hyphens. It stays.',
        },
        widget: 'text',
        autocomplete: 'off',
      },
    }),
    name: { type: 'string', title: { zh: '姓名', en: 'Name' }, widget: 'text' },
    email: {
      type: 'string',
      title: { zh: '公務電子郵件', en: 'Address at work' },
      hint: {
        zh: '本人用它設定密碼，請確認是本人的信箱。',
        en: 'They choose their password by it: make sure that it is theirs.',
      },
      widget: 'email',
    },
    agency: { title: { zh: '機關', en: 'Agency' }, widget: 'select', options: agencies },
  },
  required: [...(known ? [] : ['login']), 'name', 'email', 'agency'],
})

/** `GET /desk/staff/new` and `/desk/staff/:id/change`. */
export async function staffForm(visit: Visit): Promise<Answer> {
  const { params, read } = visit
  const id = params.id
  const known = id ? await read(delegates, (ctx) => staffById(ctx, id)) : undefined
  const { name, email, agency } = known ?? {}
  return draw(visit, known ? { name, email: email ?? '', agency } : {}, {})
}

async function draw(visit: Visit, values: Values, errors: Errors): Promise<Answer> {
  const { view, params, read } = visit
  const agencies = await read(delegates, agenciesInReach)
  const known = params.id !== undefined
  const title = known
    ? view.t('變更同仁資料', 'Change a member of staff')
    : view.t('新增同仁', 'Add a member of staff')
  const back = known ? `${staffPath}/${params.id}` : staffPath
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: staffPath, label: { zh: '同仁與角色', en: 'Staff and roles' } }]}
      />
      <h1>{title}</h1>
      <p class="lead">
        {known
          ? view.t(
              '改了機關，原有的角色會全部收回，由新機關重新授予。',
              'Another agency takes every role back; the new agency grants its own.',
            )
          : view.t(
              '新增後沒有任何權限，也沒有密碼：請接著授予角色，並請本人用「忘記密碼」設定密碼。',
              'They begin without rights or password: grant roles; they use “forgot password”.',
            )}
      </p>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={known ? `${back}/change` : `${staffPath}/new`}>
        <Fields view={view} schema={schemaOf(agencies, known)} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('儲存', 'Save')}</Button>
          <ButtonLink href={view.href(back)}>{view.t('取消', 'Cancel')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Takes the form; what was typed comes back with what is to be mended. */
export async function takeStaff(visit: Visit): Promise<Answer> {
  const { form, params, perform } = visit
  try {
    if (params.id) {
      await perform(changeStaff, fromForm(changeStaff.input, { ...form.values, id: params.id }))
      return saved(params.id)
    }
    const { id } = await perform(addStaff, fromForm(newStaffInput, form.values))
    return saved(id)
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const fields = Object.keys(error.fields).length > 0 ? error.fields : { agency: error.text }
    return draw(visit, form.values, fields)
  }
}

const saved = (id: string): Answer => ({
  to: `${staffPath}/${id}`,
  flash: { zh: '已儲存。', en: 'Saved.' },
})
