//! Reads tokens as a query, by recursive descent.

use super::lexer::{Kind, Token, tokens};
use super::{Clause, Operand, Operator, Predicate, PredicateKind, Query, Sort, Term};
use crate::gateway::{Sentence, Syntax, Unfinished};

/// As deep as brackets may nest; a query is foreign input.
const MAX_DEPTH: usize = 100;

/// Reads a query, or says what is wrong with it.
pub(crate) fn parse(query: &str) -> Result<Query, Sentence> {
    let tokens = tokens(query)?;
    let mut parser = Parser {
        tokens: &tokens,
        depth: 0,
    };
    let clause = match parser.tokens.first() {
        None => None,
        Some(token) if token.is_keyword("order") => None,
        Some(_) => Some(parser.read_any()?),
    };
    let sorts = parser.read_sorts()?;
    match parser.tokens.first() {
        Some(token) => Err(token.error(Syntax::ExpectedOrAnd(token.text().to_owned()))),
        None => Ok(Query { clause, sorts }),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.take_if(|token| token.is_keyword(keyword))
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        self.take_if(|token| matches!(token.kind, Kind::Symbol(found) if found == symbol))
    }

    fn take_if(&mut self, is_wanted: impl Fn(&Token) -> bool) -> bool {
        let is_next = self.tokens.first().is_some_and(is_wanted);
        if is_next {
            self.next();
        }
        is_next
    }

    fn read_any(&mut self) -> Result<Clause, Sentence> {
        let mut clauses = vec![self.read_all()?];
        while self.take_keyword("or") || self.take_symbol("||") {
            clauses.push(self.read_all()?);
        }
        Ok(single_or(clauses, Clause::Any))
    }

    fn read_all(&mut self) -> Result<Clause, Sentence> {
        let mut clauses = vec![self.read_not()?];
        while self.take_keyword("and") || self.take_symbol("&&") {
            clauses.push(self.read_not()?);
        }
        Ok(single_or(clauses, Clause::All))
    }

    fn read_not(&mut self) -> Result<Clause, Sentence> {
        if self.depth >= MAX_DEPTH {
            return Err(Sentence::NotSimulated(
                "queries so deeply nested".to_owned(),
            ));
        }
        self.depth += 1;
        let clause = if self.take_keyword("not") || self.take_symbol("!") {
            Clause::Not(Box::new(self.read_not()?))
        } else if self.take_symbol("(") {
            let inner = self.read_any()?;
            self.expect_closing()?;
            inner
        } else {
            Clause::Term(self.read_term()?)
        };
        self.depth -= 1;
        Ok(clause)
    }

    fn expect_closing(&mut self) -> Result<(), Sentence> {
        match self.next() {
            Some(token) if token.kind == Kind::Symbol(")") => Ok(()),
            Some(token) => Err(token.error(Syntax::ExpectedClosing(token.text().to_owned()))),
            None => Err(Sentence::Unfinished(Unfinished::Closing)),
        }
    }

    fn read_term(&mut self) -> Result<Term, Sentence> {
        let field = self.read_field()?;
        let operator = self.read_operator()?;
        let operand = match operator {
            Operator::Changed => Operand::List(Vec::new()),
            _ => self.read_operand()?,
        };
        let predicates = if operator.is_about_the_past() {
            self.read_predicates()?
        } else {
            Vec::new()
        };
        Ok(Term {
            field,
            operator,
            operand,
            predicates,
        })
    }

    fn read_predicates(&mut self) -> Result<Vec<Predicate>, Sentence> {
        let mut predicates = Vec::new();
        while let Some(kind) = PredicateKind::ALL
            .into_iter()
            .find(|kind| self.take_keyword(kind.text()))
        {
            let operand = self.read_operand()?;
            predicates.push(Predicate { kind, operand });
        }
        Ok(predicates)
    }

    fn read_field(&mut self) -> Result<String, Sentence> {
        let token = self.next().ok_or(Sentence::Unfinished(Unfinished::Field))?;
        match &token.kind {
            Kind::Word { text, .. } => token.reserved().map_or(Ok(text.clone()), Err),
            Kind::Symbol(symbol) => Err(token.error(Syntax::ExpectedField((*symbol).to_owned()))),
        }
    }

    fn read_operator(&mut self) -> Result<Operator, Sentence> {
        let token = self
            .next()
            .ok_or(Sentence::Unfinished(Unfinished::Operator))?;
        let unexpected = || token.error(Syntax::ExpectedOperator(token.text().to_owned()));
        match &token.kind {
            Kind::Symbol("=") => Ok(Operator::Equals),
            Kind::Symbol("!=") => Ok(Operator::NotEquals),
            Kind::Symbol("~") => Ok(Operator::Contains),
            Kind::Symbol("!~") => Ok(Operator::DoesNotContain),
            Kind::Symbol("<") => Ok(Operator::Less),
            Kind::Symbol("<=") => Ok(Operator::LessOrEqual),
            Kind::Symbol(">") => Ok(Operator::Greater),
            Kind::Symbol(">=") => Ok(Operator::GreaterOrEqual),
            _ if token.is_keyword("in") => Ok(Operator::In),
            _ if token.is_keyword("not") && self.take_keyword("in") => Ok(Operator::NotIn),
            _ if token.is_keyword("is") && self.take_keyword("not") => Ok(Operator::IsNot),
            _ if token.is_keyword("is") => Ok(Operator::Is),
            _ if token.is_keyword("was") => {
                let is_negated = self.take_keyword("not");
                let is_list = self.take_keyword("in");
                Ok(match (is_negated, is_list) {
                    (false, false) => Operator::Was,
                    (true, false) => Operator::WasNot,
                    (false, true) => Operator::WasIn,
                    (true, true) => Operator::WasNotIn,
                })
            }
            _ if token.is_keyword("changed") => Ok(Operator::Changed),
            _ => Err(unexpected()),
        }
    }

    /// Whether an operator takes a value or a list is a question of meaning, as in Jira.
    fn read_operand(&mut self) -> Result<Operand, Sentence> {
        if self.take_symbol("(") {
            let mut items = vec![self.read_item()?];
            while self.take_symbol(",") {
                items.push(self.read_item()?);
            }
            self.expect_closing()?;
            return Ok(Operand::List(items));
        }
        self.read_item()
    }

    /// A value, a function or `EMPTY`.
    fn read_item(&mut self) -> Result<Operand, Sentence> {
        if self.take_keyword("empty") || self.take_keyword("null") {
            return Ok(Operand::Empty);
        }
        let text = self.read_word()?;
        if !self.take_symbol("(") {
            return Ok(Operand::Value(text));
        }
        let mut arguments = Vec::new();
        while !self.take_symbol(")") {
            if !arguments.is_empty() && !self.take_symbol(",") {
                self.expect_closing()?;
                break;
            }
            arguments.push(self.read_argument()?);
        }
        Ok(Operand::Function(text, arguments))
    }

    /// A value as the argument of a function. No other function: a query is foreign input, and each
    /// would go down one step more.
    fn read_argument(&mut self) -> Result<String, Sentence> {
        let other = || Err(Sentence::NotSimulated("functions of functions".to_owned()));
        if self.take_keyword("empty") || self.take_keyword("null") {
            return other();
        }
        let text = self.read_word()?;
        if self.take_symbol("(") {
            return other();
        }
        Ok(text)
    }

    fn read_word(&mut self) -> Result<String, Sentence> {
        let token = self.next().ok_or(Sentence::Unfinished(Unfinished::Value))?;
        match &token.kind {
            Kind::Word { text, .. } => token.reserved().map_or(Ok(text.clone()), Err),
            Kind::Symbol(_) => Err(token.error(Syntax::ExpectedValue(token.text().to_owned()))),
        }
    }

    fn read_sorts(&mut self) -> Result<Vec<Sort>, Sentence> {
        if !self.take_keyword("order") {
            return Ok(Vec::new());
        }
        match self.next() {
            Some(token) if token.is_keyword("by") => (),
            Some(token) => return Err(token.error(Syntax::ExpectedBy(token.text().to_owned()))),
            None => return Err(Sentence::Unfinished(Unfinished::By)),
        }
        let mut sorts = Vec::new();
        loop {
            let field = self.read_field()?;
            let is_descending = self.take_keyword("desc");
            let says_direction = is_descending || self.take_keyword("asc");
            sorts.push(Sort {
                field,
                is_descending,
                says_direction,
            });
            if !self.take_symbol(",") {
                break;
            }
        }
        // Atlassian REST v3, "Search for issues using JQL enhanced search".
        if sorts.len() > 7 {
            return Err(Sentence::TooManySorts);
        }
        Ok(sorts)
    }
}

fn single_or(mut clauses: Vec<Clause>, group: fn(Vec<Clause>) -> Clause) -> Clause {
    if clauses.len() == 1 {
        clauses.remove(0)
    } else {
        group(clauses)
    }
}
