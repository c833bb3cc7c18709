//! `connection_use`: when connections were last used, and which error a call has shown last.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Result, Tx, change, on, query};

/// An error of a call that is about the connection.
#[derive(Debug, Clone, Copy)]
pub struct ErrorRow {
    /// The connection.
    pub connection_id: Uuid,
    /// The code of the API.
    pub code: &'static str,
    /// Milliseconds since the epoch.
    pub at: i64,
}

/// Notes when connections that are there were last used; milliseconds since the epoch. What is later stays.
pub async fn note(tx: &mut Tx, uses: &[(Uuid, i64)]) -> Result<()> {
    const NOTE: &str = "INSERT INTO connection_use (connection_id, last_used_at) ";
    const LATER: &str = " ON CONFLICT (connection_id) DO UPDATE SET last_used_at = excluded.last_used_at \
        WHERE connection_use.last_used_at IS NULL OR connection_use.last_used_at < excluded.last_used_at";
    if uses.is_empty() {
        return Ok(());
    }
    let noted = on!(&mut *tx, |db| async {
        let mut note = QueryBuilder::new(NOTE);
        note.push_values(uses, |mut values, (id, at)| {
            values.push_bind(*id).push_bind(*at);
        });
        note.push(LATER);
        let noted = note.build().persistent(false).execute(db).await?;
        Ok(noted.rows_affected())
    })?;
    if noted > 0 {
        tx.note_change();
    }
    Ok(())
}

/// Notes the last error of calls of a connection that is there. What is later stays.
pub async fn note_error(tx: &mut Tx, error: &ErrorRow) -> Result<()> {
    const NOTE: &str = "INSERT INTO connection_use (connection_id, error_code, error_at) VALUES ($1, $2, $3) \
        ON CONFLICT (connection_id) DO UPDATE SET error_code = excluded.error_code, error_at = excluded.error_at \
        WHERE connection_use.error_at IS NULL OR connection_use.error_at < excluded.error_at";
    change!(
        tx,
        query(NOTE)
            .bind(error.connection_id)
            .bind(error.code)
            .bind(error.at)
    )?;
    Ok(())
}

/// Forgets the last error of calls of a connection.
pub async fn forget_error(tx: &mut Tx, id: Uuid) -> Result<()> {
    const FORGET: &str =
        "UPDATE connection_use SET error_code = NULL, error_at = NULL WHERE connection_id = $1";
    change!(tx, query(FORGET).bind(id))?;
    Ok(())
}
