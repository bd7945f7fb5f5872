import { rocDay } from '../../../core/format.ts'
import type { Text } from '../../../core/i18n.ts'
import type { TimelineEvent } from '../../../web/components/timeline.tsx'
import { type CaseType, clockTitle, type Names } from '../define.ts'
import type { TimelineRow } from '../queries.ts'

/** A line of a case's history as its reader may know it: agencies for citizens, names for staff. */
export function timelineEvent(
  type: CaseType,
  names: Names,
  line: TimelineRow,
  reader: 'reporter' | 'staff',
): TimelineEvent {
  const said = [line.statement, reader === 'staff' ? line.note : null].filter(Boolean).join('\n\n')
  return {
    at: line.at,
    title: sentenceOf(type, names, line),
    actor: actorOf(names, line, reader),
    ...(said && { said }),
    photos: line.files.map(({ sha, type }, i) => {
      const image = type.startsWith('image/')
      return {
        token: sha,
        name: `${image ? '照片' : '文件'} ${i + 1}`,
        url: `/files/${sha}`,
        image,
      }
    }),
  }
}

/** What an event says, by the system that declared it. */
export function sentenceOf(type: CaseType, names: Names, line: TimelineRow): Text {
  const name = line.type.slice(type.kind.length + 1)
  if (name === 'opened') return type.opened(names, line.data)
  const common = commonSentences[name]?.(line.data)
  if (common) return common
  return type.transitions[name]?.sentence(line.data, names) ?? { zh: name, en: name }
}

/** What every kind of case can say. */
const commonSentences: Readonly<Record<string, (data: TimelineRow['data']) => Text>> = {
  'clock-recomputed': recomputed,
  escalated: ({ clock, percent }) => {
    const { zh, en } = clockTitle(String(clock))
    return {
      zh: `${zh}期限已用 ${percent}%，提醒承辦與主管。`,
      en: `${percent}% of the time to ${en} is spent; officers and supervisors were told.`,
    }
  },
  joined: () => ({ zh: '又有一位民眾反映同一件事。', en: 'Someone else reports the same.' }),
  looked: () => ({ zh: '查看了保密的身分，已留紀錄。', en: 'The secret identity was looked at.' }),
  'look-judged': () => ({ zh: '主管覆核了一次查看。', en: 'A supervisor judged a look.' }),
  mailed: () => ({ zh: '收到民眾來信。', en: 'An e-mail came from the person.' }),
  bounced: () => ({ zh: '電子郵件無法送達。', en: 'An e-mail could not be delivered.' }),
  surveyed: () => ({ zh: '抽中滿意度調查。', en: 'Drawn for the satisfaction survey.' }),
  rated: () => ({ zh: '民眾回覆了滿意度調查。', en: 'The satisfaction survey was answered.' }),
}

type Moved = { readonly clock: string; readonly from: string; readonly to: string }

/** Why a deadline moved, and from when to when. Due times end days: the day before is meant. */
function recomputed({ zh, en, moved }: TimelineRow['data']): Text {
  const why = { zh: String(zh ?? '辦公日曆修訂'), en: String(en ?? 'the office calendar changed') }
  const all = (Array.isArray(moved) ? moved : []).filter(
    (one): one is Moved => typeof one === 'object',
  )
  if (all.length === 0)
    return {
      zh: `因「${why.zh}」依新日曆重新計算期限，期限不變。`,
      en: `Computed anew because of “${why.en}”; the deadline stays.`,
    }
  const lines = all.map(({ clock, from, to }) => {
    const [before, then] = [from, to].map((at) => new Date(Date.parse(at) - 1))
    const title = clockTitle(clock)
    return {
      zh: `${title.zh}期限由 ${rocDay(before!, 'zh')} 改為 ${rocDay(then!, 'zh')}`,
      en: `the time to ${title.en} ends ${rocDay(then!, 'en')} instead of ${rocDay(before!, 'en')}`,
    }
  })
  return {
    zh: `因「${why.zh}」，${lines.map((line) => line.zh).join('；')}。`,
    en: `Because of “${why.en}”, ${lines.map((line) => line.en).join('; ')}.`,
  }
}

/** Lines that only staff read. */
const internalEvents = ['escalated', 'looked', 'look-judged', 'bounced', 'surveyed']

/** Whether a line of the history is kept from the reporter: a note among staff, a reminder. */
export function isInternal(type: CaseType, event: string): boolean {
  const name = event.slice(type.kind.length + 1)
  return type.transitions[name]?.internal === true || internalEvents.includes(name)
}

function actorOf(names: Names, line: TimelineRow, reader: 'reporter' | 'staff'): Text {
  if (line.actor === 'public') return { zh: '通報人', en: 'The reporter' }
  const agency = line.actor_agency ? names.agency(line.actor_agency) : null
  if (!agency) return { zh: '系統', en: 'The system' }
  if (reader === 'reporter') return agency
  return {
    zh: `${agency.zh} ${line.actor_name ?? ''}`,
    en: `${line.actor_name ?? ''}, ${agency.en}`,
  }
}
