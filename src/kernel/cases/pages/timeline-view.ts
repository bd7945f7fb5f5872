import type { Text } from '../../../core/i18n.ts'
import type { TimelineEvent } from '../../../web/components/timeline.tsx'
import type { CaseType, Names } from '../define.ts'
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
    photos: line.files.map((sha, i) => ({
      token: sha,
      name: `照片 ${i + 1}`,
      url: `/files/${sha}`,
      image: true,
    })),
  }
}

/** What an event says, by the system that declared it. */
export function sentenceOf(type: CaseType, names: Names, line: TimelineRow): Text {
  const name = line.type.slice(type.kind.length + 1)
  if (name === 'opened') return type.opened(names, line.data)
  if (name === 'clock-recomputed')
    return {
      zh: '辦公日曆修訂（例如停班），期限依新日曆重新計算。',
      en: 'The office calendar was revised, so the deadline was computed anew.',
    }
  return type.transitions[name]?.sentence(line.data, names) ?? { zh: name, en: name }
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
