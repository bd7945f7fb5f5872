import type { VNode } from 'preact'
import type { Text } from '../../../../core/i18n.ts'
import { may, type Operation } from '../../../../core/operation.ts'
import {
  approveSystem,
  endSystem,
  issueSecret,
  suspendSystem,
} from '../../../../systems/single-sign-on/operations.ts'
import type { Overview } from '../../../../systems/single-sign-on/overview.ts'
import { Button, ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import { Form } from '../../../../web/components/form.tsx'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { systemPage } from './system.tsx'
import { systemsPath } from './words.ts'

type Props = { visit: Visit; system: Overview }

/** What the city decides about a system: approve, suspend, resume, end. */
export const Decide = ({ visit, system }: Props): VNode | null => {
  const { view, actor } = visit
  if (!may(actor, 'single-sign-on.approve')) return null
  const at = `${systemsPath}/${system.id}`
  const waits = system.state === 'proposed' || system.change !== null
  const own = system.proposedBy === actor.id
  return (
    <>
      {waits && own ? (
        <p class="soft">
          {view.t('這是您提出的，要由別人核定。', 'You proposed it: someone else must approve it.')}
        </p>
      ) : null}
      <Buttons>
        {waits && !own ? (
          <Do
            visit={visit}
            to={`${at}/approve`}
            primary
            label={{ zh: '核定', en: 'Approve' }}
            seen={system.proposedAt}
          />
        ) : null}
        {system.state === 'live' ? (
          <Do visit={visit} to={`${at}/suspend`} label={{ zh: '停用', en: 'Suspend' }} />
        ) : null}
        {system.state === 'suspended' ? (
          <Do visit={visit} to={`${at}/resume`} label={{ zh: '恢復', en: 'Resume' }} />
        ) : null}
        {system.state === 'suspended' ? (
          <Do visit={visit} to={`${at}/end`} label={{ zh: '終止介接', en: 'End for good' }} />
        ) : null}
      </Buttons>
    </>
  )
}

/** What its agency may do: change it, have a new secret. */
export const Keys = ({ visit, system }: Props): VNode | null => {
  const { view, actor } = visit
  if (!may(actor, 'single-sign-on.propose') || system.state === 'ended') return null
  const at = `${systemsPath}/${system.id}`
  const shared = String(system.metadata.token_endpoint_auth_method).startsWith('client_secret')
  return (
    <Buttons>
      <ButtonLink href={view.href(`${at}/change`)}>
        {view.t('申請變更', 'Propose a change')}
      </ButtonLink>
      {shared ? (
        <Do
          visit={visit}
          to={`${at}/secret`}
          label={
            system.hasSecret
              ? { zh: '換一把密鑰，舊的立即失效', en: 'New secret; the old one stops' }
              : { zh: '核發密鑰', en: 'Issue a secret' }
          }
          shows
        />
      ) : null}
    </Buttons>
  )
}

type DoProps = {
  visit: Visit
  to: string
  label: Text
  primary?: boolean
  /** What the button speaks of, as it was seen. */
  seen?: Date
  /** Its answer is shown once, without a redirect: not by Turbo. */
  shows?: boolean
}

const Do = ({ visit: { view }, to, label, primary, seen, shows }: DoProps) => (
  <Form view={view} action={to} {...(shows && { leaves: true })}>
    {seen ? <input type="hidden" name="seen" value={seen.toISOString()} /> : null}
    <Button {...(primary && { look: 'primary' })}>{view.t(label.zh, label.en)}</Button>
  </Form>
)

const does =
  (op: Operation, input: object, flash: Text) =>
  async ({ perform, params, form }: Visit): Promise<Answer> => {
    await perform(op, {
      id: params.id,
      ...(form.get('seen') && { seen: form.get('seen') }),
      ...input,
    })
    return { to: `${systemsPath}/${params.id}`, flash }
  }

/** The steps by their path. */
export const decisions = {
  approve: does(approveSystem, {}, { zh: '已核定，即刻生效。', en: 'Approved, from now on.' }),
  suspend: does(
    suspendSystem,
    {},
    { zh: '已停用，不能再登入。', en: 'Suspended: nobody signs in to it.' },
  ),
  resume: does(suspendSystem, { resume: true }, { zh: '已恢復。', en: 'It goes on.' }),
  end: does(endSystem, {}, { zh: '已終止，紀錄保留。', en: 'Ended; its records stay.' }),
}

/** Makes a secret and shows it this once. */
export async function newSecret(visit: Visit): Promise<Answer> {
  const { secret } = await visit.perform(issueSecret, { id: visit.params.id })
  visit.reply.header('cache-control', 'no-store')
  return systemPage(visit, { secret })
}
