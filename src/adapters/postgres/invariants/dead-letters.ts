import { countedBreaches, type Invariant } from './invariant.ts';

const LIVE = `state in ('parked', 'waiting')`;

/** Invariant 6 where a consumer could not take an event: nothing is lost, nothing comes twice, nothing overtakes. */
export const deadLetterInvariants: readonly Invariant[] = [
  countedBreaches({
    // Above it the feed would give the event out again.
    name: 'dead_letters_lie_below_their_marks',
    checked: 'select count(*) from dead_letter where position is not null',
    breaches: `select 'dead letter ' || d.id || ' of ' || d.consumer || ' is event ' || d.position
        || ', and its mark stands at ' || coalesce(m.position::text, 'none')
      from dead_letter d
      left join event_mark m on m.consumer = d.consumer and m.partition = d.partition
      where d.position is not null and d.${LIVE} and (m.position is null or m.position < d.position)`,
  }),
  countedBreaches({
    // Without its row the consumer would take the next event of the key.
    name: 'keys_of_dead_letters_are_held',
    checked: `select count(*) from dead_letter where ${LIVE}`,
    breaches: `select 'dead letter ' || d.id || ' of ' || d.consumer || ' is parked, and its key ' || d.partition_key || ' is not'
      from dead_letter d
      where d.${LIVE} and not exists (select from dead_letter_key k
        where k.consumer = d.consumer and k.partition_key = d.partition_key)
      union all
      select 'key ' || k.partition_key || ' of ' || k.consumer || ' is held for no dead letter'
      from dead_letter_key k
      where not exists (select from dead_letter d
        where d.consumer = k.consumer and d.partition_key = k.partition_key and d.${LIVE})
      union all
      select 'key ' || k.partition_key || ' of ' || k.consumer || ' is of a redrive that has ended'
      from dead_letter_key k
      where k.redrive is not null and not exists (select from dead_letter_redrive r
        where r.id = k.redrive and r.state in ('queued', 'running'))`,
  }),
  countedBreaches({
    name: 'nothing_overtakes_a_dead_letter',
    checked: 'select count(*) from dead_letter_key',
    breaches: `with first as (
        select distinct on (consumer, partition_key) consumer, partition_key, id, seq, position, partition
        from dead_letter where ${LIVE} order by consumer, partition_key, seq
      )
      select 'dead letter ' || d.id || ' of ' || d.consumer || ' took effect before ' || f.id || ' of its key'
      from first f
      join dead_letter d on d.consumer = f.consumer and d.partition_key = f.partition_key
      where d.state = 'redriven' and d.seq > f.seq
      union all
      select 'dead letter ' || d.id || ' of ' || d.consumer || ' failed before ' || f.id || ' of its key was tried'
      from first f
      join dead_letter d on d.consumer = f.consumer and d.partition_key = f.partition_key
      where d.state = 'parked' and d.seq > f.seq
      union all
      select 'event ' || e.position || ' took effect at ' || f.consumer || ' before dead letter ' || f.id || ' of its key'
      from first f
      join dead_letter_key k on k.consumer = f.consumer and k.partition_key = f.partition_key
      join event_mark m on m.consumer = f.consumer and m.partition = f.partition
      join event e on e.key is not null and coalesce(e.partition_key, e.key::text) = f.partition_key
        and e.type = any(k.types) and e.position > f.position and e.position <= m.position
      where not exists (select from dead_letter d where d.consumer = f.consumer and d.position = e.position)`,
  }),
  countedBreaches({
    name: 'refunds_that_nobody_asks_for_are_dead_letters',
    checked: `select count(*) from payment where status = 'refunding'`,
    breaches: `select 'payment ' || p.id || ' is refunding, nobody asks for it, and it is no dead letter'
      from payment p
      where p.status = 'refunding' and p.follow_up_at = 'infinity' and not exists (select from dead_letter d
        where d.consumer = 'refunds' and d.event_id = p.id::text and d.state <> 'redriven')`,
  }),
];
