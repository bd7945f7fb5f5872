import { sql } from 'kysely'
import { Type } from 'typebox'
import { systemActor } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { invalid, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import type { Job } from '../../../core/jobs.ts'
import { operation, perform } from '../../../core/operation.ts'
import {
  accountById,
  addCredential,
  type Credential,
  credentialBy,
} from '../../../kernel/identity/accounts.ts'
import {
  type Approval,
  approvalQueue,
  approvalText,
  type DeviceKey,
  deviceLookup,
  deviceSigned,
  keepAnswer,
  openApproval,
  openApprovals,
} from '../../../kernel/identity/approvals.ts'
import { denials } from '../../../kernel/identity/methods/device.ts'
import { checkedByPasskey } from '../../../kernel/identity/methods/passkey.ts'
import { noteFailure } from '../../../kernel/identity/tries.ts'
import { notify } from '../../../kernel/messages/messages.ts'
import { mustBeConfirmed, ownAccount, tellOwner } from './guard.ts'
import { label } from './operations.ts'
import { openPending } from './pending.ts'

const coordinate = Type.String({ minLength: 43, maxLength: 43 })
const key = Type.Object({ x: coordinate, y: coordinate })
const signature = Type.String({ maxLength: 200 })

/** What a phone signs when it is registered: that it holds the key, for this account, now. */
export const enrolmentText = (challenge: string): string => `takao-device\n${challenge}`

/** Registers this phone by a key that cannot be taken out of its browser. */
export const addDevice = operation({
  name: 'citizen-account.add-device',
  title: { zh: '登記手機', en: 'Register a phone' },
  permission: 'account',
  input: Type.Object({ pending: Type.String({ maxLength: 600 }), key, signature, label }),
  run: async (ctx, { pending, key, signature, label }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const challenge = openPending(ctx.config, 'device', pending, account.id, ctx.now)
    if (!deviceSigned(key, enrolmentText(challenge), signature)) throw invalid({ label: notMade })
    const lookup = deviceLookup(ctx.config, ctx.actor.id, key)
    if (await credentialBy(ctx.db, 'device', lookup)) throw invalid({ label: hereAlready })
    await addCredential(ctx, account.id, { method: 'device', data: key, lookup, label })
    await tellOwner(ctx, account, 'added', 'device')
  },
})

/** A request as the phone may know it. */
export type AskedOfPhone = Omit<Approval, 'number' | 'account'>

/** The own requests that wait for an answer; the right number stays on the page that asked. */
export const listApprovals = operation({
  name: 'citizen-account.approvals',
  title: { zh: '等我回答的登入', en: 'Sign-ins that wait for me' },
  permission: 'account',
  reads: true,
  input: Type.Object({}),
  run: async (ctx): Promise<AskedOfPhone[]> =>
    (await openApprovals(ctx, ctx.actor.id)).map(({ number: _, account: _a, ...asked }) => asked),
})

/**
 * Answers a request: approves it by the number that the other page shows, signed by the phone, or
 * denies it. A wrong number denies. `answer` is of a passkey: only then was the user checked.
 */
export const answerApproval = operation({
  name: 'citizen-account.answer-approval',
  title: { zh: '回答登入要求', en: 'Answer a sign-in' },
  permission: 'account',
  input: Type.Object({
    id: Type.String({ format: 'uuid' }),
    approve: Type.Optional(
      Type.Object({
        number: Type.Integer(),
        key,
        signature,
        answer: Type.Optional(Type.String({ maxLength: 20_000 })),
      }),
    ),
  }),
  run: async (ctx, { id, approve }): Promise<'approved' | 'denied'> => {
    const account = ctx.actor.id
    const asked = await openApproval(ctx, account, id)
    if (!asked) throw gone()
    const phone = approve && (await phoneOf(ctx, approve.key))
    if (approve && !phone) throw notThisPhone()
    if (
      approve &&
      !deviceSigned(approve.key, approvalText(asked, approve.number), approve.signature)
    )
      throw notThisPhone()
    const given = approve?.number === asked.number ? 'approved' : 'denied'
    await record(ctx, { record: account, type: `identity.${given}` })
    if (!approve || !phone || given === 'denied') {
      await noteFailure(ctx, denials(account))
      await keepAnswer(ctx, id, { given: 'denied' })
      return 'denied'
    }
    const { answer = '' } = approve
    const verified = await checkedByPasskey(ctx, account, answer, asked.challenge)
    await keepAnswer(ctx, id, { given: 'approved', credential: phone.id, verified })
    await sql`update identity.credential set used_at = ${ctx.now}
      where id = ${phone.id}`.execute(ctx.db)
    return 'approved'
  },
})

async function phoneOf(
  ctx: Parameters<typeof openApproval>[0],
  key: DeviceKey,
): Promise<Credential | undefined> {
  const found = await credentialBy(ctx.db, 'device', deviceLookup(ctx.config, ctx.actor.id, key))
  return found?.account === ctx.actor.id ? found : undefined
}

const tell = operation({
  name: 'citizen-account.tell-approval',
  title: { zh: '通知有登入要求', en: 'Tell of a sign-in that asks' },
  permission: 'identity.sign-in',
  input: Type.Object({ approval: Type.String() }),
  run: async (ctx, { approval }) => {
    ctx.recorded.count++ // one that was answered meanwhile needs no letter
    const found = await row(
      ctx.db,
      sql<{ account: string }>`select account from identity.approval where id::text = ${approval}
        and answer is null and expires_at > ${ctx.now}`,
    )
    const account = found && (await accountById(ctx.db, found.account))
    if (!account) return
    const about = { record: account.id, link: '/account/approve' }
    const address = account.email_verified_at ? account.email : null
    if (account.kind === 'staff')
      await notify(ctx, { channel: 'inbox', staff: account.id }, letter, about)
    else if (address)
      await notify(ctx, { channel: 'email', address, locale: account.locale }, letter, about)
  },
})

/** Tells the owner of a request, beside the page that is open on the phone. */
export const tellingApproval: Job = {
  queue: approvalQueue,
  retries: 1,
  run: async (platform, { approval }) => {
    await perform(platform, tell, systemActor('sign-in'), { approval })
  },
}

const letter = {
  subject: { zh: '有人要登入您的帳號', en: 'Someone is signing in to your account' },
  body: {
    zh: '請在登記過的手機開啟下面的連結。是您自己，請選登入畫面上的數字；不是的話，請選拒絕並更改密碼。',
    en: [
      'Open the link on your registered phone. If it is you, choose the number that you see on the',
      'sign-in page; if not, deny it and change your password.',
    ].join(' '),
  },
}

const notMade = {
  zh: '沒有登記成功。請再試一次；這需要開啟 JavaScript，也不能用無痕視窗。',
  en: 'The phone was not registered. Try again, with JavaScript and not in a private window.',
}
const hereAlready = {
  zh: '這支手機已經登記過了。',
  en: 'This phone is registered already.',
}

const gone = () =>
  new Refused('account.approval-over', 409, {
    zh: '這個登入要求已經回答過，或超過兩分鐘。',
    en: 'This sign-in was answered already, or is older than two minutes.',
  })

const notThisPhone = () =>
  new Refused('account.not-this-phone', 403, {
    zh: '這個瀏覽器沒有登記，不能同意。請在登記過的手機上開啟這一頁，或選拒絕。',
    en: 'This browser is not registered and cannot approve. Use your phone, or deny it here.',
  })
