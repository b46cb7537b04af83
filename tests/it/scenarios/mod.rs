mod easyedu_sale;
mod icheck_month;
mod lead_to_won;
