import type { VNode } from 'preact'
import { Refused } from '../../../../core/errors.ts'
import { may } from '../../../../core/operation.ts'
import { setScimSecret } from '../../../../systems/single-sign-on/operations.ts'
import type { Overview } from '../../../../systems/single-sign-on/overview.ts'
import { Button, Buttons } from '../../../../web/components/button.tsx'
import { DataTable } from '../../../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../../web/components/fields.tsx'
import { Form } from '../../../../web/components/form.tsx'
import { StateTag } from '../../../../web/components/tags.tsx'
import { When } from '../../../../web/components/when.tsx'
import { Notice } from '../../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../../web/pages.ts'
import type { View } from '../../../../web/view.ts'
import { type Delivery, resyncSystem } from '../../../scim/out/note.ts'
import { deliveryOf, systemPage } from './system.tsx'
import { systemsPath } from './words.ts'

type Props = {
  visit: Visit
  system: Overview
  deliveries: readonly Delivery[]
  errors: Errors
}

/** How the staff of its agencies came to a system, and what its agency sets for that. */
export const Provisioning = ({ visit, system, deliveries, errors }: Props): VNode => {
  const { view, actor } = visit
  const given = system.state !== 'ended' && may(actor, 'single-sign-on.propose')
  return (
    <>
      <h2>{view.t('同仁帳號佈建', 'Staff told to it')}</h2>
      {system.hasScimSecret ? null : (
        <Notice tone="soon" title={view.t('還沒有設定佈建密鑰', 'No secret is set yet')}>
          <p>{view.t('設定以前，什麼都不會送出。', 'Nothing is sent before.')}</p>
        </Notice>
      )}
      <Report view={view} deliveries={deliveries} />
      {given ? <SecretForm view={view} system={system} errors={errors} /> : null}
      {given && system.state === 'live' ? (
        <Form view={view} action={`${systemsPath}/${system.id}/resync`}>
          <Buttons>
            <Button>{view.t('重新佈建所有同仁', 'Tell it of everybody again')}</Button>
          </Buttons>
        </Form>
      ) : null}
    </>
  )
}

const Report = ({ view, deliveries }: { view: View; deliveries: readonly Delivery[] }) => (
  <DataTable
    view={view}
    caption={view.t('同仁異動最近 50 則', 'The last 50 changes of staff')}
    hideCaption
    rows={deliveries}
    rowKey={({ id }) => id}
    empty={<p class="soft">{view.t('還沒有送過。', 'None so far.')}</p>}
    columns={[
      {
        key: 'at',
        label: { zh: '異動', en: 'Changed' },
        cell: ({ noted_at }) => <When view={view} at={noted_at} time />,
      },
      { key: 'who', label: { zh: '帳號', en: 'Login' }, cell: ({ login }) => login },
      {
        key: 'state',
        label: { zh: '佈建', en: 'Told' },
        cell: (one) => <StateTag view={view} {...deliveryOf(one)} />,
      },
      { key: 'tries', label: { zh: '次數', en: 'Tries' }, amount: true, cell: (o) => o.tries },
      {
        key: 'error',
        label: { zh: '最後的錯誤', en: 'Last error' },
        cell: ({ last_error }) => last_error,
      },
    ]}
  />
)

type SecretProps = { view: View; system: Overview; errors: Errors }

const SecretForm = ({ view, system, errors }: SecretProps) => (
  <Form view={view} action={`${systemsPath}/${system.id}/scim-secret`}>
    <ErrorSummary view={view} errors={errors} />
    <Fields
      view={view}
      errors={errors}
      schema={{
        properties: {
          secret: {
            type: 'string',
            title: system.hasScimSecret
              ? { zh: '換成新的佈建密鑰', en: 'A new secret for provisioning' }
              : { zh: '佈建密鑰', en: 'Secret for provisioning' },
            hint: {
              zh: '由貴系統的 SCIM 服務產生，16 個字以上；存入後不再顯示。',
              en: 'Made by your system’s SCIM server, 16 characters or more. It is never shown.',
            },
            widget: 'password',
          },
        },
        required: ['secret'],
      }}
    />
    <Buttons>
      <Button>{view.t('存入密鑰', 'Keep the secret')}</Button>
    </Buttons>
  </Form>
)

/** `POST /desk/sign-on/:id/scim-secret`: a secret that does not fit is asked for again. */
export async function takeScimSecret(visit: Visit): Promise<Answer> {
  const { perform, params, form } = visit
  try {
    await perform(setScimSecret, { id: params.id, secret: form.get('secret').trim() })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error
    return systemPage(visit, { errors: { secret: misfit } })
  }
  return {
    to: `${systemsPath}/${params.id}`,
    flash: { zh: '密鑰已存入。', en: 'The secret is kept.' },
  }
}

const misfit = {
  zh: '密鑰要 16 個字以上，只能有英文、數字和符號，不能有空格。',
  en: 'Sixteen characters or more: letters, digits and signs, without spaces.',
}

/** `POST /desk/sign-on/:id/resync`. */
export async function resync({ perform, params }: Visit): Promise<Answer> {
  await perform(resyncSystem, { id: params.id })
  return {
    to: `${systemsPath}/${params.id}`,
    flash: { zh: '已開始重新佈建。', en: 'Everybody is being told to it again.' },
  }
}
