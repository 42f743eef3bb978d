import type { Database } from '../../src/adapters/postgres/database.ts';

/** A read model of rankings that takes no sale of a performance for which it has a complaint: a consumer that fails. */
export class Complaints {
  readonly #database: Pick<Database, 'query'>;

  private constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  static async open(database: Pick<Database, 'query'>): Promise<Complaints> {
    await database.query('create table complaint (performance_id uuid primary key, text text not null)');
    await database.query(`create function complain() returns trigger language plpgsql as $$
      declare found text;
      begin
        select text into found from complaint where performance_id = new.performance_id;
        if found is not null then raise exception '% about %', found, new.performance_id; end if;
        return new;
      end $$`);
    await database.query(
      'create trigger complain before insert on sales_minute for each row execute function complain()',
    );
    return new Complaints(database);
  }

  /** From now on sales of these performances fail, with this text. */
  async about(text: string, performances: readonly string[]): Promise<void> {
    await this.#database.query('insert into complaint select p, $1 from unnest($2::uuid[]) p', [
      text,
      performances,
    ]);
  }

  /** Mends one cause, or all. */
  async settle(text?: string): Promise<void> {
    await this.#database.query('delete from complaint where $1::text is null or text = $1', [text ?? null]);
  }
}
