mod lead_to_won;
