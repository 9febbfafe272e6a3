//! The ente: verification, notifications, giornale, jobs (spec 60), seen from outside.

mod connettore;
mod flusso;
mod giornale;
mod lavori;
mod notifiche;
mod scena;
mod uccisione;
mod verifica;
