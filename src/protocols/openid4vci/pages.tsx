import { randomInt } from 'node:crypto'
import type { VNode } from 'preact'
import { cardPath, Up } from '../../systems/citizen-account/card/words.tsx'
import { confirmedPage } from '../../systems/citizen-account/methods/pages-confirm.ts'
import type { WalletCard } from '../../systems/citizen-account/wallet/held.ts'
import {
  offerToWallet,
  stopWalletCard,
  walletCards,
} from '../../systems/citizen-account/wallet/wallet.ts'
import { Button, ButtonLink, Buttons } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { Form } from '../../web/components/form.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { Answer, Page, Visit } from '../../web/pages.ts'
import { qrImage } from '../../web/qr.ts'
import { Page as PageOf } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { issuerOf } from '../oidc/clients.ts'
import type { ProviderNow } from '../oidc/mount.ts'
import { cardConfiguration, preAuthorized, walletClient } from './wallet-client.ts'

const walletPath = `${cardPath}/wallet`
const permission = 'account'

/** Pages by which a person hands the card to a wallet, and stops it there. */
export const walletPages = (now: ProviderNow): readonly Page[] => [
  { method: 'GET', path: walletPath, permission, run: heldPage },
  confirmedPage('GET', `${walletPath}/offer`, offerPage),
  confirmedPage('POST', `${walletPath}/offer`, (visit) => offer(now, visit), `${walletPath}/offer`),
  { method: 'POST', path: `${walletPath}/:id/stop`, permission, run: stop },
]

async function heldPage(visit: Visit): Promise<Answer> {
  const { view } = visit
  const { offers, cards } = await visit.perform(walletCards, {})
  const title = view.t('數位皮夾裡的市民卡', 'My card in wallets')
  return {
    page: (
      <PageOf view={view} title={title}>
        <Up view={view} more />
        <h1>{title}</h1>
        <p class="lead">
          {view.t(
            '數位皮夾 App 拿到的卡可以只出示其中一項，例如只出示查驗等級。每張九十天內有效。',
            'A wallet app can show one part of the card only. Each counts for ninety days.',
          )}
        </p>
        {offers ? (
          <ButtonLink look="primary" href={view.href(`${walletPath}/offer`)}>
            {view.t('放進數位皮夾', 'Put it in a wallet')}
          </ButtonLink>
        ) : (
          <p>
            <a href={view.href(cardPath)}>
              {view.t('請先申請虛擬市民卡。', 'Begin a virtual card first.')}
            </a>
          </p>
        )}
        <section>
          <h2>{view.t('有效的卡', 'Those that count')}</h2>
          <Held view={view} cards={cards} />
        </section>
      </PageOf>
    ),
  }
}

const Held = ({ view, cards }: { view: View; cards: readonly WalletCard[] }): VNode => (
  <DataTable
    view={view}
    caption={view.t('皮夾裡有效的市民卡', 'Cards in wallets that count')}
    hideCaption
    rows={cards}
    rowKey={({ id }) => id}
    empty={<EmptyState title={view.t('還沒有放進任何皮夾', 'No wallet holds it yet')} />}
    columns={[
      {
        key: 'since',
        label: { zh: '簽發', en: 'Issued' },
        cell: ({ issued_at }) => <When view={view} at={issued_at} time />,
      },
      {
        key: 'until',
        label: { zh: '有效到', en: 'Until' },
        cell: ({ expires_at }) => <When view={view} at={expires_at} />,
      },
      {
        key: 'act',
        label: { zh: '可以做的事', en: 'What you can do' },
        cell: ({ id, jkt }) => (
          <Form view={view} action={`${walletPath}/${id}/stop`} leaves>
            <Button look="danger">
              {view.t('停用', 'Stop')}
              <span class="sr-only">{jkt.slice(0, 6)}</span>
            </Button>
          </Form>
        ),
      },
    ]}
  />
)

async function offerPage({ view }: Visit): Promise<Answer> {
  const title = view.t('放進數位皮夾', 'Put the card in a wallet')
  return {
    page: (
      <PageOf view={view} title={title}>
        <Up view={view} more />
        <h1>{title}</h1>
        <p>
          {view.t(
            '下一頁的 QR 碼和六位數密碼五分鐘內有效，只能用一次。請先開啟皮夾 App。',
            'The next page shows a code and six digits, good once. Open the wallet app first.',
          )}
        </p>
        <Form view={view} action={`${walletPath}/offer`} leaves>
          <Buttons>
            <Button look="primary">{view.t('顯示 QR 碼', 'Show the code')}</Button>
            <ButtonLink href={view.href(walletPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </PageOf>
    ),
  }
}

/** Makes the offer and shows it once: nobody can open this page again. */
async function offer(now: ProviderNow, visit: Visit): Promise<Answer> {
  const { view, reply, platform, actor } = visit
  await visit.perform(offerToWallet, {})
  const issuer = issuerOf(platform.config)
  const provider = await now()
  const grant = new provider.Grant({ accountId: actor.id, clientId: walletClient.client_id })
  grant.addResourceScope(issuer, cardConfiguration)
  const txCode = String(randomInt(1_000_000)).padStart(6, '0')
  const code = new provider.PreAuthorizedCode({
    accountId: actor.id,
    clientId: walletClient.client_id,
    grantId: await grant.save(),
    scope: cardConfiguration,
    resource: issuer,
    txCode,
  })
  const made = {
    credential_issuer: issuer,
    credential_configuration_ids: [cardConfiguration],
    grants: {
      [preAuthorized]: {
        'pre-authorized_code': await code.save(),
        tx_code: { input_mode: 'numeric', length: 6 },
      },
    },
  }
  const query = new URLSearchParams({ credential_offer: JSON.stringify(made) })
  const link = `openid-credential-offer://?${query}`
  reply.header('cache-control', 'no-store')
  return { page: <Offer view={view} link={link} txCode={txCode} /> }
}

function Offer({ view, link, txCode }: { view: View; link: string; txCode: string }): VNode {
  const title = view.t('用皮夾 App 掃描', 'Scan it with the wallet app')
  return (
    <PageOf view={view} title={title}>
      <Up view={view} more />
      <h1>{title}</h1>
      <div class="card-shown">
        <img
          src={qrImage(link, 'low')}
          width={320}
          height={320}
          data-text={link}
          alt={view.t('給皮夾 App 掃描的 QR 碼', 'A code for the wallet app to scan')}
        />
      </div>
      <p>
        {view.t('App 問密碼時輸入：', 'When the app asks for a code, type: ')}
        <strong data-tx-code>{txCode}</strong>
      </p>
      <p class="soft">
        {view.t(
          '五分鐘內有效，只能用一次；密碼輸錯就要重來。',
          'It counts for five minutes and once. After a wrong code, begin again.',
        )}
      </p>
      <Buttons>
        <ButtonLink href={link}>
          {view.t('皮夾 App 在這支手機上', 'The wallet app is on this phone')}
        </ButtonLink>
        <ButtonLink href={view.href(walletPath)}>{view.t('完成', 'Done')}</ButtonLink>
      </Buttons>
    </PageOf>
  )
}

async function stop(visit: Visit): Promise<Answer> {
  await visit.perform(stopWalletCard, { id: visit.params.id })
  return {
    to: walletPath,
    flash: { zh: '已停用那張卡。', en: 'That card is stopped.' },
  }
}
