import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { listWays } from './operations.ts'
import { waysPath } from './pages-confirm.ts'
import { makeRecoveryCodes } from './recovery.ts'

/** Says what the codes are for, and that new ones end the old. */
export async function offerRecovery(visit: Visit): Promise<Answer> {
  const { view } = visit
  const title = view.t('備用碼', 'Recovery codes')
  const ways = await visit.perform(listWays, {})
  const before = ways.some(({ method }) => method === 'recovery')
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <p>
          {view.t(
            '十組備用碼，手機不在身邊時用來代替動態密碼或通行密鑰。每一組用一次。',
            'Ten codes for when your phone is away. Each stands in once for the second step.',
          )}
        </p>
        {before ? (
          <Notice
            tone="soon"
            title={view.t('產生後，舊的備用碼全部失效', 'New codes end the old ones')}
          />
        ) : null}
        <Form view={view} action={`${waysPath}/recovery`} leaves>
          <Buttons>
            <Button look="primary">{view.t('產生十組備用碼', 'Make ten codes')}</Button>
            <ButtonLink href={view.href(waysPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}

/** Shows the new codes, this once. */
export async function showRecovery(visit: Visit): Promise<Answer> {
  const { view, reply } = visit
  const { codes } = await visit.perform(makeRecoveryCodes, {})
  reply.header('cache-control', 'no-store')
  const title = view.t('請收好備用碼', 'Keep these codes')
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <p>
          {view.t(
            '這些備用碼只顯示這一次。請印出或抄下，放在安全的地方，不要存在同一支手機裡。',
            'They are shown this once. Print them or write them down, away from the same phone.',
          )}
        </p>
        <ol>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <Buttons>
          <ButtonLink look="primary" href={view.href(waysPath)}>
            {view.t('我收好了', 'I have kept them')}
          </ButtonLink>
        </Buttons>
      </Page>
    ),
  }
}
