//! The Gregorian calendar, without a date library.

/// Whether the first ten characters are `yyyy-MM-dd` of a day that exists; the year 0 does.
#[must_use]
pub fn giorno_esiste(testo: &str) -> bool {
    let dieci: Vec<char> = testo.chars().take(10).collect();
    if dieci.len() < 10 || dieci[4] != '-' || dieci[7] != '-' {
        return false;
    }
    let numero =
        |r: std::ops::Range<usize>| dieci[r].iter().try_fold(0, |n, c| c.to_digit(10).map(|d| n * 10 + d));
    let (Some(anno), Some(mese), Some(giorno)) = (numero(0..4), numero(5..7), numero(8..10)) else {
        return false;
    };
    let bisestile = (anno % 4 == 0 && anno % 100 != 0) || anno % 400 == 0;
    let giorni = match mese {
        2 if bisestile => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=giorni).contains(&giorno)
}

#[cfg(test)]
mod tests {
    use super::giorno_esiste;

    #[test]
    fn i_secoli_e_gli_anni_bisestili() {
        for t in ["2000-02-29", "2024-02-29", "1900-02-28", "0000-01-01", "9999-12-31T99"] {
            assert!(giorno_esiste(t), "{t}");
        }
        for t in
            ["1900-02-29", "2023-02-29", "2023-00-01", "2023-13-01", "2023-01-00", "2023-04-31", "2023-1-01"]
        {
            assert!(!giorno_esiste(t), "{t}");
        }
    }
}
