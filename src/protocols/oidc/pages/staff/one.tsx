import { notFound } from '../../../../core/errors.ts'
import { pick, type Text } from '../../../../core/i18n.ts'
import { directory } from '../../../../kernel/identity/directory.ts'
import { cityRoles } from '../../../../kernel/identity/pack.ts'
import {
  endStaff,
  grantableRoles,
  grantRole,
  type Held,
  returnStaff,
  type StaffMember,
  staffById,
  withdrawRole,
} from '../../../../kernel/identity/staff.ts'
import { Button, ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import { DataTable } from '../../../../web/components/data-table.tsx'
import { Fields } from '../../../../web/components/fields.tsx'
import { Form } from '../../../../web/components/form.tsx'
import { StateTag } from '../../../../web/components/tags.tsx'
import { Breadcrumbs, Notice, SummaryList } from '../../../../web/components/words.tsx'
import type { Option } from '../../../../web/fields.ts'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import { endAfterLeaving } from '../../leave.ts'
import type { ProviderNow } from '../../mount.ts'
import { agenciesInReach, delegates, staffPath } from './list.tsx'

type Shown = {
  readonly one: StaffMember
  readonly named: (agency: string) => Text
  /** What the visitor may grant, as `role@agency`. */
  readonly choices: readonly Option[]
}

/** `GET /desk/staff/:id`: who it is, which roles they hold, and what may be granted. */
export async function staffPage(visit: Visit): Promise<Answer> {
  const { view, params, read, platform } = visit
  const { one, named, choices } = await read(delegates, async (ctx): Promise<Shown> => {
    const found = await staffById(ctx, params.id ?? '')
    const reach = await agenciesInReach(ctx)
    if (!found || !reach.some(({ value }) => value === found.agency)) throw notFound(someone)
    const tree = await directory(ctx)
    const roles = cityRoles(ctx.city)
    const offered = await grantableRoles(ctx, found.agency)
    return {
      one: found,
      named: (agency) => tree.name(agency),
      choices: offered.map((role) => ({ value: role, label: roles[role]!.title })),
    }
  })
  const roles = cityRoles(platform.city)
  const page = (
    <Page view={view} title={one.name} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: staffPath, label: { zh: '同仁與角色', en: 'Staff and roles' } }]}
      />
      <h1>
        {one.name}{' '}
        {one.active ? null : (
          <StateTag view={view} tone="rest" label={{ zh: '已離職', en: 'Left' }} />
        )}
      </h1>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '帳號', en: 'Login' }, answer: one.login },
          { label: { zh: '公務電子郵件', en: 'Address at work' }, answer: one.email },
          {
            label: { zh: '機關', en: 'Agency' },
            answer: pick(named(one.agency), view.locale),
          },
          { label: { zh: '人事系統代碼', en: 'External id' }, answer: one.external_id },
        ]}
      />
      <Steps visit={visit} one={one} />
      <h2>{view.t('角色', 'Roles')}</h2>
      <DataTable
        view={view}
        caption={view.t('角色', 'Roles')}
        hideCaption
        rows={one.roles}
        rowKey={({ role, agency }) => `${role}@${agency}`}
        empty={<p>{view.t('還沒有角色，登入後什麼都不能做。', 'None: they can do nothing.')}</p>}
        columns={[
          {
            key: 'role',
            label: { zh: '角色', en: 'Role' },
            cell: ({ role }) => pick(roles[role]?.title ?? { zh: role, en: role }, view.locale),
          },
          {
            key: 'agency',
            label: { zh: '範圍', en: 'At' },
            cell: ({ agency }) => pick(named(agency), view.locale),
          },
          {
            key: 'take',
            label: { zh: '收回', en: 'Withdraw' },
            cell: (held) => <Withdraw visit={visit} one={one} held={held} choices={choices} />,
          },
        ]}
      />
      {one.active ? <Grant visit={visit} one={one} choices={choices} /> : null}
    </Page>
  )
  return { page }
}

const someone: Text = { zh: '這位同仁', en: 'this member of staff' }

const Steps = ({ visit: { view, actor }, one }: { visit: Visit; one: StaffMember }) => {
  const at = `${staffPath}/${one.id}`
  return (
    <Buttons>
      <ButtonLink href={view.href(`${at}/change`)}>{view.t('變更資料', 'Change')}</ButtonLink>
      {one.id === actor.id ? null : (
        <Form view={view} action={`${at}/${one.active ? 'end' : 'return'}`}>
          <Button>
            {one.active
              ? view.t('離職，立即停用帳號', 'They leave: stop the account now')
              : view.t('回任', 'They return')}
          </Button>
        </Form>
      )}
    </Buttons>
  )
}

type WithdrawProps = { visit: Visit; one: StaffMember; held: Held; choices: readonly Option[] }

const Withdraw = ({ visit: { view, actor }, one, held, choices }: WithdrawProps) =>
  one.id === actor.id || !choices.some(({ value }) => value === held.role) ? (
    <span class="soft">{view.t('由持有者收回', 'By who holds it')}</span>
  ) : (
    <Form view={view} action={`${staffPath}/${one.id}/withdraw`}>
      <input type="hidden" name="role" value={held.role} />
      <input type="hidden" name="agency" value={held.agency} />
      <Button>{view.t('收回', 'Withdraw')}</Button>
    </Form>
  )

type GrantProps = { visit: Visit; one: StaffMember; choices: readonly Option[] }

const Grant = ({ visit: { view, actor }, one, choices }: GrantProps) => {
  const open = choices.filter(({ value }) => !one.roles.some(({ role }) => role === value))
  if (one.id === actor.id || open.length === 0)
    return (
      <Notice tone="info" title={view.t('沒有您可以授予的角色', 'No role for you to grant')}>
        <p>
          {view.t(
            '自己的角色由別人授予；其他角色由持有它的主管授予。',
            'Your own roles are for others to grant, others’ by whoever holds them.',
          )}
        </p>
      </Notice>
    )
  return (
    <Form view={view} action={`${staffPath}/${one.id}/grant`}>
      <Fields
        view={view}
        schema={{
          properties: {
            role: { title: { zh: '授予角色', en: 'Grant a role' }, widget: 'radio', options: open },
          },
          required: ['role'],
        }}
      />
      <input type="hidden" name="agency" value={one.agency} />
      <Buttons>
        <Button look="primary">{view.t('授予', 'Grant')}</Button>
      </Buttons>
    </Form>
  )
}

const told = (id: string | undefined, zh: string, en: string): Answer => ({
  to: `${staffPath}/${id}`,
  flash: { zh, en },
})

/** `POST /desk/staff/:id/grant`. */
export async function grant({ perform, params, form }: Visit): Promise<Answer> {
  const given = { id: params.id, role: form.get('role'), agency: form.get('agency') }
  await perform(grantRole, given)
  return told(params.id, '已授予，下一個動作就生效。', 'Granted, from their next step on.')
}

/** `POST /desk/staff/:id/withdraw`. */
export async function withdraw({ perform, params, form }: Visit): Promise<Answer> {
  const given = { id: params.id, role: form.get('role'), agency: form.get('agency') }
  await perform(withdrawRole, given)
  return told(params.id, '已收回，立即生效。', 'Withdrawn, at once.')
}

/** `POST /desk/staff/:id/end`: the account stops, here and at every system it was open in. */
export const end =
  (now: ProviderNow) =>
  async ({ perform, params, platform }: Visit): Promise<Answer> => {
    const id = params.id ?? ''
    await perform(endStaff, { id })
    await endAfterLeaving(platform, now, id)
    return told(id, '帳號已停用，各系統的登入都結束了。', 'The account and its sessions ended.')
  }

/** `POST /desk/staff/:id/return`. */
export async function comeBack({ perform, params }: Visit): Promise<Answer> {
  await perform(returnStaff, { id: params.id })
  return told(params.id, '已回任，請重新授予角色。', 'They are back: grant their roles anew.')
}
